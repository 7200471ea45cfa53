# All that parseaddress tells about an address.
package require mime
foreach in {{"J. Doe" (home) <jd@Example.COM>} {x400: /S=Doe/G=Jane/@gw.example.com;} {a@[192.0.2.1]}} {
    foreach entry [mime::parseaddress $in] {
        foreach {k v} $entry { set f($k) $v }
        foreach k [lsort [array names f]] { puts "$k = $f($k)" }
        unset f
        puts --
    }
}
