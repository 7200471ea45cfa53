# The procedure that half of the world pasted into its scripts.
package require smtp
package require mime

proc send_simple_message {recipient email_server subject body} {
    set token [mime::initialize -canonical text/plain -string $body]
    mime::setheader $token Subject $subject
    smtp::sendmessage $token -recipients $recipient -servers $email_server
    mime::finalize $token
}

# The name of the sender is of this machine; only the envelope's length is told.
send_simple_message someone@example.com localhost "This is the subject" "This is the message.\n"
puts sent
