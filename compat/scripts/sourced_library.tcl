# The company's mail procedures are in a file beside this script.
source [file join [file dirname [info script]] files mailutil.inc]
Mail::configure -server mailhost -from "Night Run <night@example.com>"
puts [Mail::send ops@example.com "Night run finished" {
    {Runs 41}
    {Failures 2}
}]
puts [Mail::send {ops@example.com gone@example.com} "Two recipients" {{Runs 1}}]
puts "sent: $Mail::count"
