# Old requests for old versions.
puts [catch {package require -exact mime 99.0}]
package require mime 1.2
package require smtp 1.3
puts "[package vsatisfies [package provide mime] 1.2] [package vsatisfies [package provide smtp] 1.3]"
puts [expr {[package vcompare [package provide smtp] 1.4] >= 0}]
puts [catch {package require smtp 2} e]
