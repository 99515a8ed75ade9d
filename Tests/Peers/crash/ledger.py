"""What clients and workers were told by the server, kept outside of it."""

from dataclasses import dataclass, field


@dataclass
class Ledger:
    """Everything acknowledged, and every rule that was seen broken on the way."""

    starts: dict[str, str] = field(default_factory=dict)
    signals: dict[str, list[str]] = field(default_factory=dict)
    completions: dict[tuple[str, str], str] = field(default_factory=dict)
    attempts: set[tuple[str, str, int]] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    unclear: int = 0

    def started(self, workflow_id: str, run_id: str) -> None:
        """A start was acknowledged. Resent with the same request id it must name the same run."""
        known = self.starts.setdefault(workflow_id, run_id)
        if known != run_id:
            self.broken.append(f"{workflow_id}: started as {known}, then as {run_id}")

    def signaled(self, workflow_id: str, value: str) -> None:
        self.signals.setdefault(workflow_id, []).append(value)

    def handed_out(self, workflow_id: str, activity_id: str, attempt: int) -> None:
        """An activity task came. No attempt may come twice, nor anything that has been completed."""
        key = (workflow_id, activity_id)
        if key in self.completions:
            self.broken.append(f"{key} ran again after its completion was acknowledged")
        if (*key, attempt) in self.attempts:
            self.broken.append(f"{key}: attempt {attempt} was handed out twice")
        self.attempts.add((*key, attempt))

    def completed(self, workflow_id: str, activity_id: str, result: str) -> None:
        self.completions[workflow_id, activity_id] = result

    def summary(self) -> str:
        signals = sum(len(values) for values in self.signals.values())
        return (
            f"{len(self.starts)} starts, {signals} signals, {len(self.completions)} completions "
            f"acknowledged, {len(self.attempts)} attempts, {self.unclear} calls without an answer"
        )
