"""What keeps a document from being printed, each said in one sentence."""

from __future__ import annotations

from oppkit.model.errors import UserError


class PrintError(UserError):
    """A document that cannot be made."""

    code = "print_error"


class NoSuchTemplate(PrintError):
    """No template under this name for this kind of record."""

    code = "no_such_template"
    template = "There is no template {name} here. Choose one of: {known}."


class NoTemplatesFolder(PrintError):
    """OPPKIT_TEMPLATES leads nowhere."""

    code = "no_templates_folder"
    template = "OPPKIT_TEMPLATES names {path}, which is not a folder. Create it, or correct it."


class LeavesFolder(PrintError):
    """A link in the folder of templates that leads out of it."""

    code = "leaves_folder"
    template = "{path} is a link that leads out of the folder of templates. Copy the file there."


class FolderTooLarge(PrintError):
    """A folder that holds more than templates and their images."""

    code = "folder_too_large"
    template = (
        "{path} holds more than {files} files or {megabytes} MB. "
        "Keep nothing in it but templates, images and fonts."
    )


class TextTooLong(PrintError):
    """A text that no sheet is made for."""

    code = "text_too_long"
    template = "A text of {length} characters cannot be printed: shorten it to {most}."


class TemplateRefused(PrintError):
    """A mistake in a template, in the words of Typst or of Jinja."""

    code = "template_refused"
    template = "The template {name} cannot be used: {detail}. Correct it{place}."


class PackageRefused(PrintError):
    """Typst would fetch a package from the internet, which a template may not reach."""

    code = "package_refused"
    template = (
        "The template {name} asks for a package of the internet. "
        "Put the files it needs beside it instead."
    )


class TooSlow(PrintError):
    """A template, or a text, that takes far longer than any sheet."""

    code = "print_too_slow"
    template = (
        "The template {name} was stopped after {seconds} s. Simplify it, or shorten the text."
    )


class Stopped(PrintError):
    """The program that makes the document ended without a word, for want of memory as a rule."""

    code = "print_stopped"
    template = "The template {name} could not be printed: its program ended with {status}."


class NoPreview(PrintError):
    """Only LibreOffice can show what a Word file looks like."""

    code = "no_preview"
    template = (
        "A Word document can be previewed only where LibreOffice is installed. Save it instead."
    )


class CannotSave(PrintError):
    """The system refuses to write the file."""

    code = "cannot_save"
    template = "{path} cannot be written ({detail}). Check the folder and your rights."
