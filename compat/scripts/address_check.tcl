# Checks a list of subscribers before it is used.
package require mime
set lines {
    {Ann Bee <ann@example.com>}
    {bob@example.com (Bob O'Hara)}
    {"Cyd, Jr." <cyd@example.org>, dee@example.org}
    {friends: eve@example.com, "F. G." <fg@example.com>;}
    {not an address}
    {<@relay.example.com:joe@example.com>}
    {half@}
    {"quoted local"@example.com}
    {}
}
foreach line $lines {
    puts "<$line>"
    foreach entry [mime::parseaddress $line] {
        array set a $entry
        if {$a(error) != ""} {
            puts "    bad: $a(error)"
        } else {
            puts "    address=$a(address) friendly=$a(friendly) local=$a(local) domain=$a(domain) group=$a(group)"
        }
    }
}
