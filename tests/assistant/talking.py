"""A conversation with the assistant, question by question."""

from knowledge.assistant.conversation import converse
from knowledge.assistant.replies import Memory


def talk(*questions, language="de"):
    """The last reply of a conversation."""
    memory, replies = Memory(), []
    for question in questions:
        replies, memory = converse(question, memory=memory, language=language)
    return replies[-1]
