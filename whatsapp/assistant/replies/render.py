"""The door of replies: a decision and the facts -> the text, or a reaction."""

from __future__ import annotations

from typing import assert_never

from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Ask,
    AskCancelOrMove,
    AskName,
    CannotCheck,
    Decision,
    Declined,
    FindSlots,
    Greet,
    HandOver,
    NoBookings,
    NothingFree,
    Offer,
    OptIn,
    OptOut,
    Propose,
    Rated,
    React,
    Redirect,
    RunningLate,
    Schedule,
    ShowBookings,
    Small,
    Unclear,
    VisitConfirmed,
    Wait,
    Write,
    Written,
)
from whatsapp.assistant.replies import (
    asks,
    barriers,
    booking,
    info,
    offers,
    schedule,
    talk,
    visits,
    waiting,
    whereabouts,
)
from whatsapp.assistant.replies.speech import Reply, Speech
from whatsapp.assistant.told import (
    AnswerAddress,
    AnswerHours,
    AnswerPlace,
    AnswerPrice,
    AnswerReminders,
    AnswerServices,
    AnswerStaff,
    AnswerVisit,
    AnswerWho,
    AskedBefore,
    AskWaiting,
    Barred,
    BookElsewhere,
    ForGuest,
    MoveOrMore,
    NoOneMaster,
    NotOffered,
    NoTrade,
    OnDuty,
    Private,
    WaitsFor,
    WaitsNoMore,
)


def render(decision: Decision, speech: Speech, *, first: bool = False) -> Reply:
    """`first`: nothing has been said in this chat yet. FindSlots and Write have no words of their own."""
    if isinstance(decision, React):
        return Reply(reaction=decision.emoji)
    return Reply(text=_text(decision, speech, first))


def _text(decision: Decision, speech: Speech, first: bool) -> str:
    match decision:
        case React():
            return ""
        case Ask():
            return asks.ask(decision, speech)
        case AskName():
            return booking.ask_name(decision, speech)
        case AskCancelOrMove():
            return asks.cancel_or_move(decision, speech)
        case ForGuest():
            return visits.for_guest(decision, speech)
        case NoOneMaster():
            return "Одного мастера на всё это нет."
        case NoTrade():
            return "Поменять местами не получится."
        case MoveOrMore():
            return asks.move_or_more(decision, speech)
        case Propose():
            return booking.propose(decision, speech)
        case Written(instead=Offer() as rest):
            return f"{booking.written(decision, speech)} {offers.left(rest, speech)}"
        case Written():
            return booking.written(decision, speech)
        case Offer():
            return offers.offer(decision, speech)
        case NothingFree():
            return offers.nothing(decision, speech)
        case CannotCheck():
            return offers.cannot_check(decision, speech)
        case Schedule():
            return schedule.schedule(decision, speech)
        case OnDuty():
            return schedule.on_duty(decision, speech)
        case AskedBefore():
            return talk.asked_before(decision, speech)
        case BookElsewhere():
            return barriers.elsewhere(decision, speech)
        case Barred():
            return barriers.barred(decision, speech)
        case NotOffered():
            return info.not_offered(decision)
        case AnswerPrice():
            return info.price(decision, speech)
        case AnswerServices():
            return info.services(decision, speech)
        case AnswerStaff():
            return info.staff(decision, speech)
        case AnswerHours():
            return whereabouts.hours(decision, speech)
        case AnswerAddress():
            return whereabouts.address(decision, speech)
        case AnswerPlace():
            return whereabouts.place(decision, speech)
        case AnswerVisit():
            return visits.terms(decision, speech)
        case AnswerReminders():
            return visits.reminders(speech)
        case AnswerWho():
            return talk.who(speech)
        case _:
            return _small(decision, speech, first)


def _small(decision: Small, speech: Speech, first: bool) -> str:
    match decision:
        case ShowBookings():
            return visits.show(decision, speech)
        case AlreadyBooked():
            return visits.already(decision, speech)
        case NoBookings():
            return visits.none(decision, speech)
        case VisitConfirmed():
            return visits.confirmed(decision, speech)
        case RunningLate():
            return visits.late(decision, speech)
        case Rated():
            return visits.rated(decision, speech)
        case HandOver():
            return talk.hand_over(decision, speech)
        case Greet():
            return talk.greet(decision, speech, first=first)
        case OptOut():
            return talk.opt_out(speech)
        case OptIn():
            return talk.opt_in(speech)
        case Declined():
            return talk.declined(decision, speech)
        case Wait():
            return talk.wait(speech)
        case Redirect():
            return talk.redirect(decision, speech, first=first)
        case Private():
            return talk.private(speech)
        case Unclear():
            return talk.unclear(decision, speech)
        case AskWaiting():
            return waiting.ask(decision, speech)
        case WaitsFor():
            return waiting.joined(decision, speech)
        case WaitsNoMore():
            return waiting.left(speech)
        case FindSlots() | Write():
            # The engine has carried them out before anything is said.
            raise ValueError(f"{type(decision).__name__} has no words")
        case _:
            assert_never(decision)
