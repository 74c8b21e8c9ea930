"""A clip about which a question is put: what was measured on it, and which actions it shows, each worked out once and only if needed."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..describe import Measures
from ..lexicon import Entry, normalized, stems
from ..model.answers import written
from ..model.prompts import CAPTION
from ..model.skeleton import SkeletonSequence
from ..questions import known_action
from ..transforms import alone, crop, swap_side_words
from .labels import own_labels
from .looks import Looks, prototype_cosines
from .nearness import Nearness
from .order import Acts, find_acts
from .recognizer import Recognizer, default_scorers
from .timeline import MOST_WINDOWS, Stretch, find_stretches
from .together import act_apart

# Cosine of a clip and an action, as `Nearness` tells them, from which "is the person ...?" is answered yes: of an action that training gave to the model,
# and of others. Chosen on training people, in the datasets' words and in others (`benchmarks/yes_no.py` prints both), and on 80 generated clips of
# actions that came after the training.
YES_COSINE, YES_COSINE_UNTAUGHT = 0.33, 0.3
# A doubtful yes, of a cosine below `SURE_COSINE`, is a no where the prototype of an action of other words is nearer to the clip than those of
# the action by `PROTOTYPE_MARGIN`. Of 36 generated clips of training seeds all true yeses stay and of 55 false ones (1,242 pairs) 20; of 128
# clips of training people all true yeses to labels stay, and false ones sink from 7.7 to 5.3 per cent.
SURE_COSINE, PROTOTYPE_MARGIN = 0.5, 0.2
# A clip of one action that takes more than `SCANNED` seconds is looked at in windows too; an action shows where it fits one with `WINDOW_COSINE`.
SCANNED, WINDOW, WINDOW_COSINE = 9.0, 3.0, 0.45
LEAST_WINDOWS = 15  # of each of several people
# As `WINDOW_COSINE`, of one of a long clip's stretches: `benchmarks/long_captions.py` prints what it finds.
STRETCH_COSINE = 0.4
# Cosine below which a clip has nothing of an action, so that nothing of it is counted.
LEAST_COSINE = 0.1
# As `LEAST_COSINE`, of each of two actions of which one is asked for: of 87 generated clips of training seeds none that shows one of them is far
# from both, and of 87 that show neither 81 are (with a script that is not kept; `benchmarks/yes_no_generated.py` prints other seeds).
FAR_COSINE = 0.2
# As `YES_COSINE`, of an action that the caption names, which is not denied when somebody asks. Chosen on 60 generated clips of one seed each: from
# here on all of the 4 that captions name and `YES_COSINE` leaves out are done in them, below it 2 of 5.
CAPTION_COSINE = 0.27
_VERB = re.compile(r"(?:person|and) ([a-z-]+)")  # what a caption says somebody does

_SMALL_WORDS = frozenset(["a", "the", "and", "in", "on", "up", "down", "left", "right", "to", "with", "of"])


def content_words(action: str) -> set[str]:
    """The stems of an action's words, without those that say where, or on which side."""
    return {stems(word) for word in action.split()} - _SMALL_WORDS


class Scene:
    """A clip and the model that looks at it.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a loaded clip.
        windows: how many windows of a long clip are looked at, at most.
    """

    def __init__(self, model: Any, processor: Any, clip: SkeletonSequence, windows: int = MOST_WINDOWS):
        self.model, self.processor, self.clip, self.windows = model, processor, clip, windows
        self.people = int(clip.people_present.sum())

    @functools.cached_property
    def measures(self) -> Measures | None:
        """None: too little is seen to measure."""
        measures = Measures(self.clip) if self.clip.mask.any() else None
        return measures if measures and measures.tracks else None

    @functools.cached_property
    def apart(self) -> bool:
        """Whether there are more than two people, or two who have nothing to do with each other (`act_apart`)."""
        if self.people < 2 or self.measures is None:
            return False
        return self.people > 2 or act_apart(self.model, self.processor, self.clip, self.measures)

    @functools.cached_property
    def acts(self) -> Acts | None:
        """The two actions that follow one another in the clip, if there are two; a long clip has `stretches` in their place."""
        return None if self.stretches else find_acts(self.model, self.processor, self.clip)

    @functools.cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """As `find_stretches`."""
        return find_stretches(self.model, self.processor, self.clip, self.windows)

    def captioned(self, entry: Entry) -> bool:
        """Whether the caption of one person names an action as what he does, and the clip is near to it; not of actions with a side."""
        if self.people != 1 or self.stretches or self._cosine(entry.name) < CAPTION_COSINE:
            return False
        caption = written(self.model, self.processor, [(self.clip, CAPTION)], ())[0].lower().strip(".")
        words, verbs = {stems(word) for word in caption.split()}, set(map(stems, _VERB.findall(caption)))
        names = [name for name in entry.names if swap_side_words(name) == name]
        return any(stems(name.split()[0]) in verbs and content_words(name) <= words for name in names)

    def shows(self, action: str) -> bool:
        """Whether the clip, or one of its two parts, shows the action; of one with a side, that rather than the same on the other side."""
        # What two people do has names such as "kicking"
        names = [action] + [name for name in own_labels(None) if self.people == 2 and stems(name) == stems(action)]
        return any(map(self._shows, dict.fromkeys(names)))

    def _shows(self, action: str) -> bool:
        """As `shows`, of an action by that name alone."""
        if self._whole(action) or self.stretch_with(action) is not None:
            return True
        if self.part_with(action) is not None or (not self.stretches and self._in_window(action)):
            return True
        if self.people < 2 or self.measures is None:
            return False
        if self.people == 2 and self.measures.facts.contacts:
            return False  # who shakes hands looks, alone, like one who hugs
        # Who does the same side by side is alike in a picture of one; of a crowd the model knows no pictures
        each = (self.alone(person)._whole(action) for person in range(len(self.measures.tracks)))
        return any(each) if self.apart else all(each)

    def lacks(self, action: str) -> bool:
        """Whether the clip has nothing of an action, first by one view, which most clips need alone."""
        glance = Nearness(Looks(self.model, self.processor, 1))
        if float(glance.cosines([self.clip], [action])) >= LEAST_COSINE:
            return False
        return self._cosine(action) < LEAST_COSINE and not self.shows(action)

    def shows_in_order(self, actions: Sequence[str]) -> bool | None:
        """Whether the clip shows two actions one after the other; None: one of them is in none of its stretches."""
        if self.stretches:
            first, second = (self.stretch_with(action) for action in actions)
            return None if first is None or second is None else first < second
        return [self.part_with(action) for action in actions] == [0, 1]

    def part_with(self, action: str) -> int | None:
        """Which of two parts shows an action: 0 or 1, that which it fits better; None: there are no parts, or neither does."""
        if self.acts is None:
            return None
        parts = [part for part in (0, 1) if self._parts[part]._whole(action)]
        return max(parts, key=lambda part: self._parts[part]._cosine(action), default=None)

    def piece_with(self, action: str) -> SkeletonSequence:
        """The part of the clip that shows an action best; all of it where it has no parts, or none of them does."""
        if (place := self.stretch_with(action)) is not None:
            return self.stretches[place].clip
        part = self.part_with(action)
        return self.clip if part is None else self._parts[part].clip

    def stretches_with(self, action: str) -> list[int]:
        """The numbers of all stretches that show an action."""
        return [place for place, one in enumerate(self._stretch_scenes) if one._whole(action)]

    def stretch_with(self, action: str) -> int | None:
        """Which of the stretches shows an action: the number of that which it fits best; None: there are none, or none does."""
        cosines = {place: self._stretch_scenes[place]._cosine(action) for place in self.stretches_with(action)}
        best = max(cosines, key=lambda place: cosines[place], default=None)
        return best if best is not None and cosines[best] >= STRETCH_COSINE else None

    def alone(self, person: int) -> Scene:
        """The scene with one of its people: a number as in `measures.tracks`."""
        tracks = self.measures.tracks if self.measures else ()
        windows = max(LEAST_WINDOWS, self.windows // len(tracks))
        return Scene(self.model, self.processor, alone(self.clip, tracks[person].row), windows)

    def nearest_actions(self, most: int) -> list[str]:
        """The listed actions whose prototypes are nearest to the clip, the nearest first."""
        if not (named := self.model.config.named_prototypes):
            return []
        cosines = prototype_cosines(self.model, self._looks.motion([self.clip]))[0]
        return [named[place] for place in cosines.argsort(descending=True)[:most].tolist()]

    def nearer(self, actions: tuple[str, str]) -> str:
        """The action that ranks first, as of two labels."""
        scorers = default_scorers(self._looks, actions)
        recognizer = Recognizer(self.model, self.processor, actions, scorers=scorers)
        return actions[int(recognizer.scores([self.clip])[0].argmax())]

    def neither(self, actions: tuple[str, str]) -> bool:
        """Whether the clip shows neither of two actions, but clearly another one."""
        if any(map(self._whole, actions)):  # which most clips settle, without a look at their parts
            return False
        far = all(self._is_another(action) or self._cosine(action) < FAR_COSINE for action in actions)
        return far and not any(map(self.shows, actions))

    @functools.cached_property
    def _looks(self) -> Looks:
        return Looks(self.model, self.processor)

    @functools.cached_property
    def _near(self) -> Nearness:
        return Nearness(self._looks)

    @functools.cached_property
    def _parts(self) -> tuple[Scene, ...]:
        return tuple(Scene(self.model, self.processor, piece) for piece in self.acts.pieces) if self.acts else ()

    @functools.cached_property
    def _stretch_scenes(self) -> tuple[Scene, ...]:
        return tuple(Scene(self.model, self.processor, stretch.clip) for stretch in self.stretches)

    @functools.cached_property
    def _windows(self) -> tuple[list[SkeletonSequence], Nearness]:
        """The clip piece by piece, each seen in one view."""
        step = max(WINDOW / 2, (self.clip.seconds - WINDOW) / (self.windows // 2 - 1))
        starts = np.arange(0.0, self.clip.seconds - WINDOW + 1e-6, step)
        pieces = [crop(self.clip, start, start + WINDOW) for start in starts.tolist()]
        pieces = [piece for piece in pieces if piece.mask.any()]
        looks = Looks(self.model, self.processor)
        looks.glance(pieces)
        return pieces, Nearness(looks)

    def _in_window(self, action: str) -> bool:
        if self.clip.seconds <= SCANNED:
            return False
        pieces, near = self._windows
        own, other = near.cosines(pieces, [action, swap_side_words(action)]).amax(0).tolist()
        return own >= WINDOW_COSINE and own >= other

    def _is_another(self, action: str) -> bool:
        """Whether the prototype of another action, of other words, is much nearer than the action's; False of an action without one."""
        named = self.model.config.named_prototypes or ()
        entry = known_action(action)
        names = {normalized(name) for name in (action, *(entry.names if entry else ()))}
        places = [place for place, name in enumerate(named) if normalized(name) in names]
        if not places:
            return False
        cosines = prototype_cosines(self.model, self._looks.motion([self.clip]))[0]
        best = int(cosines.argmax())
        far = bool(cosines[places].max() < cosines[best] - PROTOTYPE_MARGIN)
        return far and not content_words(named[best]) & set().union(*map(content_words, names))

    def _cosine(self, action: str) -> float:
        return float(self._near.cosines([self.clip], [action]))

    def _whole(self, action: str) -> bool:
        cosine = self._cosine(action)
        least = YES_COSINE if self._near.is_taught(action) else YES_COSINE_UNTAUGHT
        if cosine < least or (cosine < SURE_COSINE and self._is_another(action)):
            return False
        other = swap_side_words(action)
        return other == action or self.nearer((action, other)) == action
