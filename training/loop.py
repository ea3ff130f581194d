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
from training.state import Average, load, optimiser, rate_at, save, set_rate, start_from

CLIP = 5.0
LOG_EVERY = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast: steps, samples a step and process, highest learning rate, steps between saves.

    start: a checkpoint of another run, with whose averaged weights a new run begins.
    """

    steps: int
    batch: int = 16
    rate: float = 1.5e-3
    save_every: int = 100
    workers: int = 1
    rank: int = 0
    ranks: int = 1
    start: str = ""


class Run:
    """One training run in a folder: checkpoint.pt, log.jsonl."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(7)
        self.net = PersonNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if plan.start:
            start_from(self.net, Path(plan.start))
        self.optimiser = optimiser(self.net, plan.rate)
        self.average, self.step = Average(self.net), 0
        if (folder / "checkpoint.pt").is_file():
            self._resume(load(folder / "checkpoint.pt"))

    def _resume(self, saved: dict[str, object]) -> None:
        self.net.load_state_dict(saved["net"])
        self.optimiser.load_state_dict(saved["optimiser"])  # type: ignore[arg-type]
        self.average.values, self.step = saved["average"], int(saved["step"])  # type: ignore[assignment, call-overload]

    def checkpoint(self) -> None:
        """Keep the present state."""
        content = {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average.values,
            "step": self.step,
            "plan": asdict(self.plan),
        }
        save(self.folder / "checkpoint.pt", content)

    def train(self, mixture: Mixture) -> None:
        """Go on to the last step of the plan."""
        plan = self.plan
        numbers = Numbers(self.step, plan.steps, plan.batch, plan.rank, plan.ranks)
        began, sums = time.monotonic(), [0.0, 0.0]
        for batch in batches(mixture, numbers, plan.workers):
            parts = self._learn(batch)
            sums = [a + b for a, b in zip(sums, parts, strict=True)]
            if self.step % LOG_EVERY == 0 and plan.rank == 0:
                self._log(sums, time.monotonic() - began)
                began, sums = time.monotonic(), [0.0, 0.0]
            if self.step % plan.save_every == 0 and plan.rank == 0:
                self.checkpoint()
        if plan.rank == 0:
            self.checkpoint()

    def _learn(self, batch: dict[str, Tensor]) -> list[float]:
        set_rate(self.optimiser, rate_at(self.step, self.plan.steps, self.plan.rate))
        image = normalised(batch["image"]).contiguous(memory_format=torch.channels_last)
        self.net.train()
        with torch.autocast("cpu", torch.bfloat16):
            answer = self.net(image)
        score, box = losses(answer, batch)
        self.optimiser.zero_grad()
        (score + box).backward()  # type: ignore[no-untyped-call]
        if self.plan.ranks > 1:
            _share(self.net.parameters(), self.plan.ranks)
        nn.utils.clip_grad_norm_(self.net.parameters(), CLIP)
        self.optimiser.step()
        self.step += 1
        self.average.update(self.net, self.step)
        return [float(score.detach()), float(box.detach())]

    def _log(self, sums: list[float], seconds: float) -> None:
        samples = LOG_EVERY * self.plan.batch * self.plan.ranks
        line = {
            "step": self.step,
            "score": round(sums[0] / LOG_EVERY, 4),
            "box": round(sums[1] / LOG_EVERY, 4),
            "rate": round(rate_at(self.step, self.plan.steps, self.plan.rate), 6),
            "samples_per_s": round(samples / seconds, 1),
        }
        print(line, flush=True)
        with (self.folder / "log.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")


def _share(parameters: Iterator[nn.Parameter], ranks: int) -> None:
    """Average the gradients over the processes."""
    grads = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.flatten() for g in grads])
    dist.all_reduce(flat)
    at = 0
    for g in grads:
        g.copy_(flat[at : at + g.numel()].view_as(g) / ranks)
        at += g.numel()
