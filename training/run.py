"""From data to trained weights and an ONNX file, in one command: python -m training.run --data DIR --out DIR."""

from __future__ import annotations

import argparse
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist
from torch.multiprocessing.spawn import spawn

from passerby.evals.detector_photos import photos
from training.export import export, halve
from training.loop import Plan, Run
from training.mixture import Mixture
from training.samples import Cache, Joined, write_cache


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.run", description=__doc__)
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, help="folders with train-*.tar and train.jsonl"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of this run; an existing one is taken up again"
    )
    parser.add_argument(
        "--cache", type=Path, default=Path("training/runs/cache"), help="where decoded pictures are kept"
    )
    parser.add_argument("--groups", default="B", help="licence groups to train on, for example B or BCR")
    parser.add_argument(
        "--simulated",
        type=Path,
        nargs="+",
        help="cache folders of simulated frames (python -m training.simulated); one given twice counts twice",
    )
    parser.add_argument(
        "--simulated-share", type=float, default=0.35, help="part of the samples that is simulated"
    )
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=8, help="samples in each process at a time")
    parser.add_argument("--accumulate", type=int, default=1, help="batches whose gradients make one step")
    parser.add_argument(
        "--horizon", type=int, default=2000, help="steps over which the weights are averaged, about"
    )
    parser.add_argument(
        "--keep-every", type=int, default=0, help="keep the averaged weights each time after so many steps"
    )
    parser.add_argument("--size", type=int, nargs=2, default=(416, 256), help="width and height of the samples")
    parser.add_argument("--rate", type=float, default=1.2e-3, help="highest learning rate")
    parser.add_argument(
        "--start", default="", help="weights to begin with: another run's checkpoint.pt or an exported float .onnx"
    )
    parser.add_argument("--seed", type=int, default=1, help="another stream of samples")
    parser.add_argument("--processes", type=int, default=1, help="processes that share each step's work")
    return parser.parse_args()


def _photo_cache(args: argparse.Namespace) -> Path:
    folder: Path = args.cache / f"train-{args.groups}"
    if not (folder / "index.jsonl").is_file():
        count = write_cache(folder, photos(args.data, "train", args.groups))
        print(f"{count} photos decoded into {folder}", flush=True)
    return folder


def _train(rank: int, args: argparse.Namespace, plan: Plan, meeting: str) -> None:
    torch.set_num_threads(1)
    if plan.ranks > 1:
        dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=plan.ranks)
    simulated = Joined([Cache(folder) for folder in args.simulated]) if args.simulated else None
    share = args.simulated_share if simulated else 0.0
    wh = (args.size[0], args.size[1])
    mixture = Mixture(Cache(args.cache / f"train-{args.groups}"), simulated, share, wh, args.seed)
    run = Run(args.out, replace(plan, rank=rank))
    if plan.ranks == 1:
        signal.signal(signal.SIGTERM, lambda *_: run.stop())
    run.train(mixture)
    if run.step < plan.steps:
        raise SystemExit(f"stopped at step {run.step} of {plan.steps}; the same command resumes the run")


def main() -> None:
    """Decode once, train, export."""
    args = _arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    _photo_cache(args)
    plan = Plan(
        args.steps,
        args.batch,
        args.rate,
        accumulate=args.accumulate,
        horizon=args.horizon,
        keep_every=args.keep_every,
        ranks=args.processes,
        start=args.start,
    )
    if plan.ranks > 1:
        with tempfile.TemporaryDirectory() as folder:
            spawn(_train, (args, plan, f"{folder}/meeting"), nprocs=plan.ranks)  # type: ignore[no-untyped-call]
    else:
        _train(0, args, plan, "")
    print(f"wrote {halve(export(args.out / 'checkpoint.pt', args.out / 'person.onnx'))}")


if __name__ == "__main__":
    main()
