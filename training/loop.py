"""Trains: batches in, checkpoints out. Can be stopped at any time and taken up again at the last checkpoint."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor, nn

from training.loader import Numbers, batches
from training.loss import losses
from training.mixture import Mixture
from training.net import PersonNet, normalised
from training.start import settle, start_from
from training.state import Average, load, optimiser, rate_at, save, set_rate

CLIP = 5.0
LOG_EVERY = 50
SETTLING_FROM, SETTLE_BATCHES = 1_000_000_000, 16


@dataclass(frozen=True, slots=True)
class Plan:
    """Length and pace of a run: steps, samples per batch and process, highest learning rate, steps between saves.

    accumulate: batches whose gradients make one step. horizon: steps over which the weights are averaged, about.
    keep_every: after so many steps each time the averaged weights are kept in a file of their own; 0: never.
    start: a checkpoint of another run or an exported float file, with whose weights a new run begins.
    """

    steps: int
    batch: int = 16
    rate: float = 1.5e-3
    save_every: int = 100
    workers: int = 1
    accumulate: int = 1
    horizon: int = 2000
    keep_every: int = 0
    rank: int = 0
    ranks: int = 1
    start: str = ""


class Run:
    """One training run in a folder: checkpoint.pt, log.jsonl, and the kept average-STEP.pt."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(7)
        self.net = PersonNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if plan.start:
            start_from(self.net, Path(plan.start))
        self.optimiser = optimiser(self.net, plan.rate)
        self.average, self.step, self.samples = Average(self.net, plan.horizon), 0, 0
        self._stopping = False
        if (folder / "checkpoint.pt").is_file():
            self._resume(load(folder / "checkpoint.pt"))

    def _resume(self, saved: dict[str, object]) -> None:
        self.net.load_state_dict(saved["net"])
        self.optimiser.load_state_dict(saved["optimiser"])  # type: ignore[arg-type]
        self.average.values = saved["average"]  # type: ignore[assignment]
        self.step, self.samples = int(saved["step"]), int(saved["samples"])  # type: ignore[call-overload]
        if self.plan.rank == 0:
            self._shorten_log()

    def _shorten_log(self) -> None:
        """Drop the lines of steps after the checkpoint: they will be taken, and logged, again."""
        log = self.folder / "log.jsonl"
        if log.is_file():
            whole = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("}\n")]
            log.write_text("".join(line for line in whole if json.loads(line)["step"] <= self.step))

    def checkpoint(self) -> None:
        """Keep the present state."""
        content = {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average.values,
            "step": self.step,
            "samples": self.samples,
            "plan": asdict(self.plan),
        }
        save(self.folder / "checkpoint.pt", content)

    def train(self, mixture: Mixture) -> None:
        """Go on to the last step of the plan, or until `stop`."""
        plan = self.plan
        if self.step == 0 and plan.start.endswith(".onnx"):
            self._settle(mixture)
        if self.step == 0 and plan.rank == 0:
            self._keep_average()
        count = (plan.steps - self.step) * plan.accumulate
        numbers = Numbers(self.samples, count, plan.batch, plan.rank, plan.ranks)
        stream = batches(mixture, numbers, plan.workers)
        began, learned = _clocks(), []
        while self.step < plan.steps and not self._stopping:
            learned.append(self._step([next(stream) for _ in range(plan.accumulate)]))
            if self.step % LOG_EVERY == 0 and plan.rank == 0:
                self._log(learned, began)
                began, learned = _clocks(), []
            if plan.rank == 0:
                self._keep()

        if self._stopping:
            self.checkpoint()

    def stop(self) -> None:
        """End after the present step, with a checkpoint. For runs in one process."""
        self._stopping = True

    def _settle(self, mixture: Mixture) -> None:
        """Measure the figures that an exported file does not hold, on samples that the run will not reach."""
        numbers = Numbers(SETTLING_FROM, SETTLE_BATCHES, self.plan.batch)
        settle(self.net, (normalised(b["image"]) for b in batches(mixture, numbers, self.plan.workers)))
        self.average = Average(self.net, self.plan.horizon)

    def _keep(self) -> None:
        if self.step % self.plan.save_every == 0 or self.step == self.plan.steps:
            self.checkpoint()
        self._keep_average()

    def _keep_average(self) -> None:
        if self.plan.keep_every and self.step % self.plan.keep_every == 0:
            content = {"average": self.average.values, "step": self.step, "samples": self.samples}
            save(self.folder / f"average-{self.step:06d}.pt", content)

    def _step(self, parts: list[dict[str, Tensor]]) -> list[float]:
        """One step of the optimiser on several batches; returns the mean losses."""
        set_rate(self.optimiser, rate_at(self.step, self.plan.steps, self.plan.rate))
        self.net.train()
        self.optimiser.zero_grad()
        learned = [self._learn(batch) for batch in parts]
        if self.plan.ranks > 1:
            _share(self.net.parameters(), self.plan.ranks)
        nn.utils.clip_grad_norm_(self.net.parameters(), CLIP)
        self.optimiser.step()
        self.step += 1
        self.samples += len(parts) * self.plan.batch * self.plan.ranks
        self.average.update(self.net, self.step)
        return [sum(column) / len(parts) for column in zip(*learned, strict=True)]

    def _learn(self, batch: dict[str, Tensor]) -> tuple[float, float]:
        image = normalised(batch["image"]).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            answer = self.net(image)
        score, box = losses(answer, batch)
        ((score + box) / self.plan.accumulate).backward()  # type: ignore[no-untyped-call]
        return float(score.detach()), float(box.detach())

    def _log(self, learned: list[list[float]], began: tuple[float, float]) -> None:
        """A line of means over the steps since the last line, or since the run was resumed."""
        seconds, cpu_s = (now - then for now, then in zip(_clocks(), began, strict=True))
        score, box = (sum(column) / len(learned) for column in zip(*learned, strict=True))
        samples = len(learned) * self.plan.batch * self.plan.ranks * self.plan.accumulate
        line = {
            "step": self.step,
            "samples": self.samples,
            "score": round(score, 4),
            "box": round(box, 4),
            "rate": round(rate_at(self.step, self.plan.steps, self.plan.rate), 6),
            "samples_per_s": round(samples / seconds, 1),
            "cpu_s": round(cpu_s, 1),
        }
        print(line, flush=True)
        with (self.folder / "log.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")


def _clocks() -> tuple[float, float]:
    """Seconds on the wall, and of processor time of this process (the loader's is not in it)."""
    return time.monotonic(), time.process_time()


def _share(parameters: Iterator[nn.Parameter], ranks: int) -> None:
    """Average the gradients over the processes."""
    grads = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.flatten() for g in grads])
    dist.all_reduce(flat)
    at = 0
    for g in grads:
        g.copy_(flat[at : at + g.numel()].view_as(g) / ranks)
        at += g.numel()
