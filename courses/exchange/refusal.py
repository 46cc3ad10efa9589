"""Why a file is not taken, or an item of it not understood: codes with one English sentence each.

The same codes have their Vietnamese words in `content/words/vi.po` as `exchange.file.…` and `exchange.why.…`.
"""

from typing import NamedTuple

FILES = {
    "nothing": "There is nothing in this file.",
    "too-large": "The file is larger than 20 MB: take the films and sound out, and send the questions alone.",
    "bomb": "The file unfolds to far more than a lesson needs: copy the words into a new file.",
    "entities": "The file declares its own signs (a document type): export it again from the program it was made with.",
    "nested": "There is a zip within the zip: send the folder of one course, packed once.",
    "locked": "The file has a password: save it without one.",
    "macros": "The file holds macros, which are programs: save it as .docx, .pptx or .xlsx without macros.",
    "name": "A file inside has a name that leads out of the folder, or with loose marks: rename it with letters a-z.",
    "old-office": "This is an old or a locked Office file: open it and save it as .docx, .xlsx or .pptx.",
    "pdf": "A PDF cannot be taken apart into questions: send the Word file it was made from.",
    "tcvn3": "The words are written in a TCVN3 (ABC, .VnTime) font: convert them to Unicode, for instance with Unikey.",
    "vni": "The words are written in a VNI font: convert them to Unicode, for instance with Unikey.",
    "legacy-font": "Words are written in a font with an encoding of its own: write them again in a Unicode font.",
    "damaged": "The file is damaged or not what its name says: save it again and try once more.",
    "not-text": "This is no text that can be read: save it as UTF-8.",
    "no-questions": "No question was found: begin each with “Câu 1.” and its answers with A. B. C. D.",
    "no-header": "No row names the columns: write “Câu hỏi”, “A”, “B”, “C”, “D”, “Đáp án” above them.",
    "unknown": "This is no file of a kind that is known: Word, Excel, PowerPoint, Moodle XML, GIFT, Aiken, or a course folder as zip.",
}
ITEMS = {
    "no-answer": "No answer is marked as right.",
    "few-choices": "There are fewer than two answers to choose from.",
    "no-choices": "There are neither answers to choose from nor a right answer.",
    "no-text": "The question has no words.",
    "empty-choice": "An answer has neither words nor a picture.",
    "same-choices": "Two answers say the same.",
    "key-differs": "What is marked and the key at the end do not agree.",
    "labels": "The letters of the answers are not in their order.",
    "underline": "The question is about what is underlined, which is not kept.",
    "equation": "There is an equation, and there is no kind for it here.",
    "table": "There is a table, which is not kept.",
    "drawing": "There is a drawing, a chart or a text box, which is not kept.",
    "media": "There is sound, film or another page inside, which is not kept.",
    "more-pictures": "There is more than one picture in one place.",
    "picture-kind": "A picture is of a kind that browsers do not show, or too large.",
    "picture-remote": "A picture lies on another server and is not in the file.",
    "html-words": "The words hold signs such as <b> that would be taken for HTML.",
    "symbols": "There are signs of a symbol font that others do not see.",
    "too-long": "The words are longer than a page shows.",
    "wildcard": "An accepted answer has a wildcard (*), which is not kept.",
    "partial": "Answers are worth a part of the points, which is not kept.",
    "case": "Capital letters decide there; here they do not.",
    "weights": "The answers weigh differently; here all weigh the same.",
    "several-numbers": "Several numbers are right in different ways.",
    "too-precise": "The number has more than three decimals, or is too great.",
    "units": "Numbers are asked for with units that are converted, which is not kept.",
    "no-pairs": "There are fewer than two pairs.",
    "kind": "There is no kind of question here for “{detail}”.",
    "broken": "It is not written as its format asks: {detail}.",
    "outside": "It stands outside of any question.",
    "notes": "These are the notes of the speaker.",
    "several-right": "Several answers are marked as right: it became a question with several right answers.",
    "joined": "Lines without a letter were joined to the answer before them.",
    "points": "The points are not kept: every question weighs the same.",
    "tags": "The tags are not kept.",
    "marks": "Right and wrong words were put together from several.",
}


class NotTaken(ValueError):
    """A file nothing is read from; `reason` is one of `FILES`."""

    def __init__(self, reason: str) -> None:
        super().__init__(FILES[reason])
        self.reason = reason


class Why(NamedTuple):
    """`reason` is one of `ITEMS`."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return ITEMS[self.reason].format(detail=self.detail)
