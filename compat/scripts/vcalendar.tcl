# An invitation: text/calendar with a method, beside its description.
package require mime
package require smtp
set ics [join {BEGIN:VCALENDAR VERSION:2.0 METHOD:REQUEST BEGIN:VEVENT UID:17@example.com
    DTSTART:20031110T090000Z DTEND:20031110T100000Z "SUMMARY:Design review" END:VEVENT END:VCALENDAR} \n]\n
set text [mime::initialize -canonical text/plain -string "Design review, Monday at nine\n"]
set cal [mime::initialize -canonical text/calendar -param {method REQUEST} -param {charset us-ascii} \
    -encoding 7bit -string $ics]
set m [mime::initialize -canonical multipart/alternative -parts [list $text $cal]]
puts [smtp::sendmessage $m -servers mailhost -header {From {"Calendar" <cal@example.com>}} \
    -recipients "ann@example.com" -originator cal@example.com -header {Subject {Invitation: Design review}}]
mime::finalize $m -subordinates all
