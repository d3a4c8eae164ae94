"""What is wrong with a plan file: where, what, and what would cure it. Judges nothing."""

from dataclasses import dataclass
from typing import Any

from engine.catalogue import N_, Message, render


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One thing wrong in a plan: the file and line, the sentence and its cure."""

    file: str
    line: int
    message: Message
    cure: Message

    def render(self, lang: str) -> str:
        """The problem as one line of text in `lang`."""
        shown = {"file": self.file, "line": self.line, "message": self.message, "cure": self.cure}
        return render(N_("{file}, line {line}: {message} {cure}"), lang, **shown)


class PlanRefused(ValueError):
    """A plan file that cannot be taken: everything that is wrong with it."""

    def __init__(self, problems: tuple[PlanProblem, ...]) -> None:
        super().__init__("\n".join(problem.render("en") for problem in problems))
        self.problems = problems


class Findings:
    """Collects problems while a plan is read and checked."""

    def __init__(self) -> None:
        self.found: list[PlanProblem] = []
        self._shown: set[str] = set()

    def add(self, where: tuple[str, int], message: str, cure: str, **params: Any) -> None:
        """Note that `message` holds at `where` (file, line) and that `cure` would help; both take `params`."""
        problem = PlanProblem(where[0], where[1], Message(message, params), Message(cure, params))
        if (shown := problem.render("en")) not in self._shown:  # a line that several workflows share is told once
            self._shown.add(shown)
            self.found.append(problem)
