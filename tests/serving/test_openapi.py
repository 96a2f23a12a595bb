"""The app against its own OpenAPI, by schemathesis: what it promises, and what it does with what it forbids."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from stub_tagger import StubTagger

from khcn_ner.serving.app import create_app

TOKEN = "0123456789abcdef"


def bounded(n_examples):
    """The same examples at each run, no more than these."""
    return settings(
        max_examples=n_examples, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def described(app):
    generation = GenerationConfig(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE], deterministic=True)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    # A file of arbitrary bytes fits the schema and is no report: 415 and 422 are right answers, too.
    schema.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "401", "415", "422"]
    return schema


APP = create_app(StubTagger(), token=TOKEN)
SERVED = described(APP)


@SERVED.parametrize()
@bounded(60)
def test_the_app_keeps_its_openapi(case):
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", ["/extract", "/tag"])
def test_the_app_keeps_its_openapi_with_the_embedded_model(mode, path, tagger):
    operation = described(create_app(tagger))[path]["POST"]

    @bounded(10)
    @given(operation.as_strategy(generation_mode=mode))
    def keeps(case):
        case.call_and_validate()

    keeps()
