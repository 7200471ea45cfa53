# write, append and delete on the headers of a token.
package require mime
set t [mime::initialize -canonical text/plain -string "x" -header {X-Start 0}]
puts "1 <[mime::setheader $t X-Count one]>"
puts "2 <[mime::setheader $t X-Count two -mode append]>"
puts "3 [mime::getheader $t X-Count]"
puts "4 <[mime::setheader $t X-Count three -mode write]>"
puts "5 [mime::getheader $t x-count]"
puts "6 <[mime::setheader $t X-Count three -mode delete]>"
puts "7 [catch {mime::getheader $t X-Count} e] $e"
puts "8 [lsort [mime::getheader $t -names]]"
puts "9 [catch {mime::setheader $t X-Count x -mode replace} e] $e"
foreach key {Content-Type MIME-Version Content-Transfer-Encoding} {
    puts "$key [catch {mime::setheader $t $key x} e] $e"
}
puts "10 [catch {mime::setheader $t X-None y -mode delete} e] $e"
mime::finalize $t
