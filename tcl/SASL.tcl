# Stands in for tcllib's SASL where that is not installed: smtp authenticates without it.

namespace eval ::SASL {}
