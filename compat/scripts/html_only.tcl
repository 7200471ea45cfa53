# An HTML mail in latin-1 with its label, from a string with entities replaced.
package require mime
package require smtp
set html [string map {&auml; \u00e4 &ouml; \u00f6 &szlig; \u00df} "<html><body>sch&ouml;ne Gr&uuml;&szlig;e, M&auml;dels</body></html>\n"]
set t [mime::initialize -canonical text/html -param {charset iso-8859-1} -encoding quoted-printable -string $html]
puts "[string length [mime::getbody $t]] [mime::getproperty $t encoding]"
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header {Subject html}]
mime::finalize $t
