"""As many members as stood on the list that the university handed over: they join and register over HTTP."""

import asyncio
import random
import threading
from collections.abc import Mapping

from amanah.core.public_log.notes import VerifierKey
from amanah.drill.crowd import Crowd, imagine_people
from amanah.drill.demo_crowd import wait_until_printed
from amanah.drill.organiser import Organiser
from amanah.drill.truth import Truth
from amanah.drill.wire import Wire

MEMBERS = 1_000
SECONDS = 15.0


def bring_members(
    urls: Mapping[str, str], log_key: VerifierKey, issuer_name: str, setup_address: str
) -> Truth:
    """Let members join and register, so that there is somebody whose details could be handed over."""
    generator = random.Random(5)
    truth = Truth(imagine_people(generator, MEMBERS))
    crowd = Crowd(Wire(urls, truth), truth, generator, log_key)
    organiser = Organiser(urls["programme"])
    organiser.register(setup_address)
    organiser.register_invitations(crowd.draw_invitations(issuer_name))
    organiser.close()

    async def live() -> None:
        await wait_until_printed(crowd)
        await crowd.join(SECONDS)
        await crowd.register(SECONDS)

    # A browser that is driven from this thread keeps an event loop of its own in it.
    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    thread.join()
    assert len(truth.registered) == MEMBERS, "not everybody came in"
    return truth
