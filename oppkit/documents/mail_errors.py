"""Why a message was not sent, and what to do about it. No sentence holds the password."""

from __future__ import annotations

from oppkit.model.errors import UserError


class NoMailServer(UserError):
    """There is nothing to send with."""

    code = "no_mail_server"
    template = (
        "No mail server is set. Save the message as a draft, or set OPPKIT_SMTP_URL to the "
        "address of the server."
    )


class MailServerAddress(UserError):
    """The setting cannot be read. It is not repeated, for it may hold a password."""

    code = "mail_server_address"
    template = (
        "OPPKIT_SMTP_URL is not the address of a mail server. Write "
        "smtp://user:password@host:587 or smtps://user:password@host:465, and in user and "
        "password %40 for @, %2F for /, %3A for : and %25 for %."
    )


class MailSenderWrong(UserError):
    """The setting cannot be read as a name with an address."""

    code = "mail_sender_wrong"
    template = (
        "OPPKIT_MAIL_FROM is not an e-mail address: {given}. Write sales@example.com or "
        "Sales <sales@example.com>."
    )


class MailSenderMissing(UserError):
    """A message without a sender can be a draft, and no more."""

    code = "mail_sender_missing"
    template = (
        "The message has no sender. Give the sales responsible or our company an e-mail address, "
        "or set OPPKIT_MAIL_FROM."
    )


class RecipientMissing(UserError):
    """A message to nobody can be a draft, and no more."""

    code = "recipient_missing"
    template = "The message has no recipient. Choose at least one."


class MailServerUnknown(UserError):
    """No such name, or no network."""

    code = "mail_server_unknown"
    template = (
        "The mail server {host} was not found, so nothing was sent. Check its name in "
        "OPPKIT_SMTP_URL and the network."
    )


class MailServerDown(UserError):
    """Nobody answers at that place."""

    code = "mail_server_down"
    template = (
        "The mail server {host} cannot be reached on port {port} ({detail}), so nothing was "
        "sent. Try again later; if it stays so, check host and port in OPPKIT_SMTP_URL."
    )


class MailServerSilent(UserError):
    """It took the call and said nothing, or fell silent."""

    code = "mail_server_silent"
    template = (
        "The mail server {host} did not answer within {seconds} seconds, so nothing was sent. "
        "Try again later; if it stays so, check the port in OPPKIT_SMTP_URL."
    )


class MailServerClosed(UserError):
    """It hung up before it had the message."""

    code = "mail_server_closed"
    template = (
        "The mail server {host} closed the connection before it had the message, so nothing was "
        "sent. Try again later."
    )


class MailServerNotSecret(UserError):
    """It offers no TLS: password and message could be read on their way."""

    code = "mail_server_not_secret"
    template = (
        "The mail server {host} offers no encryption on port {port} (STARTTLS), so neither the "
        "password nor the message was sent. Use its encrypted port: smtps://…:465, as a rule."
    )


class MailServerCertificate(UserError):
    """It may be another server than it says."""

    code = "mail_server_certificate"
    template = (
        "The certificate of the mail server {host} cannot be trusted ({detail}), so neither the "
        "password nor the message was sent. Check the host in OPPKIT_SMTP_URL; for a firm's own "
        "authority, name its file in SSL_CERT_FILE."
    )


class MailServerTls(UserError):
    """Both sides found no common language."""

    code = "mail_server_tls"
    template = (
        "No encrypted connection to the mail server {host} on port {port} came about ({detail}), "
        "so nothing was sent. As a rule smtps:// goes with port 465 and smtp:// with port 587."
    )


class MailLoginRefused(UserError):
    """Wrong user or password. The server's words are left out: some repeat what they were given."""

    code = "mail_login_refused"
    template = (
        "The mail server {host} refused the user {user} or its password (reply {reply}), so "
        "nothing was sent. Check both in OPPKIT_SMTP_URL; many providers want a password made "
        "for programs."
    )


class MailLoginUnknown(UserError):
    """It wants to know who sends in a way that is not ours."""

    code = "mail_login_unknown"
    template = (
        "The mail server {host} takes no user and password, only: {ways}. Nothing was sent. Ask "
        "its administrator for a way to send with a password."
    )


class MailRefused(UserError):
    """It does not want the sender or the message."""

    code = "mail_refused"
    template = "The mail server {host} refused the message, and nothing was sent: {reason}"


class RecipientsRefused(UserError):
    """It does not want some of the recipients; then nobody gets the message."""

    code = "recipients_refused"
    template = (
        "The mail server refused these recipients, so the message was sent to nobody: "
        "{recipients}. Correct or remove them, then send again."
    )


class MailAddressesInternational(UserError):
    """Addresses beyond ASCII need a server that knows them (SMTPUTF8)."""

    code = "mail_addresses_international"
    template = (
        "The mail server {host} cannot send to addresses with accents or other signs beyond "
        "ASCII: {addresses}. Nothing was sent. Use other addresses of these people."
    )


class DeliveryUnknown(UserError):
    """The connection broke after the message was handed over and before it was acknowledged."""

    code = "delivery_unknown"
    template = (
        "The connection to the mail server {host} broke while it took the message. It is not "
        "known whether it was sent, and it was not recorded as sent. Ask a recipient, or look "
        "into the sent messages, before you send it again."
    )


class SentNotRecorded(UserError):
    """It went out; the opportunity does not tell."""

    code = "sent_not_recorded"
    template = (
        "The message was sent, but could not be recorded as an event ({detail}). Do not send it "
        "again: add a note to {key} by hand."
    )


class MailTemplateUnreadable(UserError):
    """A firm's own template cannot be used."""

    code = "mail_template_unreadable"
    template = (
        "The mail template {path} cannot be read ({detail}). Save it as a plain text in UTF-8."
    )


class MailTemplateHeadless(UserError):
    """Its first line says what stands in the subject."""

    code = "mail_template_headless"
    template = (
        "The mail template {path} must begin with a line “Subject: …”, followed by an empty line "
        "and the text."
    )


class MailPlaceholderUnknown(UserError):
    """A word in braces that stands for nothing."""

    code = "mail_placeholder_unknown"
    template = (
        "The mail template {path} has a placeholder {placeholder}, which stands for nothing. "
        "There are: {known}."
    )
