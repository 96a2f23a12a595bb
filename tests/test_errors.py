import pytest

from khcn_ner import errors
from khcn_ner.errors import ConfigError, CorpusError, InputError, KhcnNerError, ModelError, SpanError

KINDS = (SpanError, InputError, CorpusError, ConfigError, ModelError)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_caught_by_the_root(kind):
    with pytest.raises(KhcnNerError):
        raise kind("a.txt", found="x", expected="y", remedy="z")


def test_message_says_where_found_expected_and_remedy():
    error = CorpusError("a.ann, line 3", found="end 912", expected="at most 870", remedy="re-export the file")
    assert str(error) == "a.ann, line 3: found end 912, expected at most 870; re-export the file"


def test_message_is_one_line_whatever_its_parts_hold():
    error = ModelError("folder\nx", found="two\r\nlines", expected="one\tline", remedy="join\n\n them\u2028now")
    assert str(error) == "folder x: found two lines, expected one line; join them now"


def test_parts_stay_as_they_were_given():
    error = InputError("a.txt", found="two\nlines", expected="one", remedy="join them")
    assert (error.where, error.found, error.expected, error.remedy) == ("a.txt", "two\nlines", "one", "join them")


def test_module_docstring_draws_every_error():
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert defined == {"KhcnNerError", *(kind.__name__ for kind in KINDS)}
    assert all(name in errors.__doc__ for name in defined)
