"""The records of a case. Import them from here; the modules behind are grouped by task."""

from complaints.models.addresses import Address
from complaints.models.areas import Area, MapCell, MapChange
from complaints.models.cases import DAY, IS_OPEN, PUBLIC_WORDS, WORDS, Case, CaseQuerySet
from complaints.models.categories import Attribute, Category
from complaints.models.conversation import Attachment, Message, ReceivedMail, Reporter, Subscription, Survey
from complaints.models.drafts import Draft, Photo
from complaints.models.inbox import OutsideBody, ReplyTemplate, RoutingRule, SavedFilter, SuggestionFeedback
from complaints.models.learning import HistoryImport, LearntFeature, LearntModel
from complaints.models.machines import ApiKey, ApiSubmission
from complaints.models.settings import ComplaintSettings
from complaints.models.stamp import ArrangementStamp

__all__ = [
    "DAY",
    "IS_OPEN",
    "PUBLIC_WORDS",
    "WORDS",
    "Address",
    "ApiKey",
    "ApiSubmission",
    "Area",
    "ArrangementStamp",
    "Attachment",
    "Attribute",
    "Case",
    "CaseQuerySet",
    "Category",
    "ComplaintSettings",
    "Draft",
    "HistoryImport",
    "LearntFeature",
    "LearntModel",
    "MapCell",
    "MapChange",
    "Message",
    "OutsideBody",
    "Photo",
    "ReceivedMail",
    "ReplyTemplate",
    "Reporter",
    "RoutingRule",
    "SavedFilter",
    "Subscription",
    "SuggestionFeedback",
    "Survey",
]
