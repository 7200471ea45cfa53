# Every option at once, as a configuration file of some product gave them.
package require mime
package require smtp
set config {
    -servers    {smtp.example.com backup.example.com}
    -ports      {25 25}
    -client     app.example.com
    -queue      true
    -atleastone yes
    -originator app@example.com
    -recipients {ann@example.com,bob@example.com}
    -maxsecs    90
    -usetls     0
    -username   {}
    -password   {}
    -debug      off
    -header     {Subject {Everything set}}
    -header     {X-Product {App 4.2 (Solaris)}}
}
set t [mime::initialize -canonical text/plain -string "all options\n"]
# join, for the file has line breaks between the options.
puts [eval smtp::sendmessage $t [join [split $config \n]]]
mime::finalize $t
