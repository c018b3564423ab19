"""The job worker: procrastinate's, plus the rescue of jobs whose worker was killed, which procrastinate leaves to us."""

import asyncio
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

logger = logging.getLogger("portal.work")
_LOOK_EVERY = 10  # seconds; a worker is taken for dead 30 s after its last heartbeat


class Command(BaseCommand):
    help = "Run the jobs: mails, reminders, deadlines, retention."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due and stop")
        parser.add_argument("--concurrency", type=int, default=2)

    def handle(self, *args: Any, once: bool, concurrency: int, **options: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]  # this connector has one
            asyncio.run(_work(worker_app, once=once, concurrency=concurrency))


async def _work(worker_app: App, *, once: bool, concurrency: int) -> None:
    async with worker_app.open_async():
        await _rescue(worker_app)
        rescue = asyncio.create_task(_rescue_again_and_again(worker_app))
        try:
            await worker_app.run_worker_async(
                wait=not once,
                concurrency=concurrency,
                delete_jobs="successful",
                update_heartbeat_interval=5,
                shutdown_graceful_timeout=20,
                install_signal_handlers=True,
            )
        finally:
            rescue.cancel()


async def _rescue_again_and_again(worker_app: App) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        try:
            await _rescue(worker_app)
        except ConnectorException:
            logger.warning("The database did not answer the look for stalled jobs.")


async def _rescue(worker_app: App) -> None:
    """Queue again what a dead worker left half done. Every job may run twice, so this is safe."""
    for job in await worker_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        try:
            await worker_app.job_manager.retry_job(job)
        except ConnectorException:
            continue  # another worker was faster
        logger.warning("Job %s (%s) was left by a dead worker and is queued again.", job.id, job.task_name)
