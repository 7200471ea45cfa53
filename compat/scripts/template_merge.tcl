# Mail merge: a template with subst, a table of customers.
package require mime
package require smtp
set template {Dear $name,

your order $order of [format %.2f $sum] EUR was [expr {$paid ? "paid" : "not paid yet"}].
}
foreach {name addr order sum paid} {
    {Ann Bee}  ann@example.com 1207 99.9  1
    {Bob}      bob@example.com 1208 12    0
    {Cyd, Jr.} cyd@example.org 1210 0.5   1
} {
    set t [mime::initialize -canonical text/plain -string [subst $template]]
    set to "\"$name\" <$addr>"
    puts "$order: <[smtp::sendmessage $t -servers mailhost -header {From shop@example.com} \
        -header [list To $to] -header [list Subject "Order $order"]]>"
    mime::finalize $t
}
