"""What a build keeps of the AWS SDK's descriptions still makes clients that do their calls."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.exceptions import ParamValidationError
from botocore.session import Session

from gehoor_ops.service_models import CALLED, cut_down

DATA = Path(botocore.__file__).parent / "data"
NAMES = ("endpoints.json", "partitions.json", "sdk-default-configuration.json", "_retry.json")


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """A folder `data` like botocore's, cut down."""
    for service in CALLED:
        shutil.copytree(DATA / service, tmp_path / service)
    for name in NAMES:
        shutil.copy(DATA / name, tmp_path)
    cut_down(tmp_path)
    return tmp_path


def client(data: Path, service: str) -> Any:
    session = Session()
    loader = session.get_component("data_loader")
    loader.search_paths[:] = [str(data)]
    session.set_credentials("test", "test")
    return session.create_client(service, region_name="eu-west-1")


@pytest.mark.parametrize("service", CALLED)
def test_a_client_has_the_operations_that_are_called_and_no_others(
    described: Path, service: str
) -> None:
    model = client(described, service).meta.service_model
    assert set(model.operation_names) == CALLED[service]
    assert all(model.operation_model(name).input_shape for name in CALLED[service])


def test_it_still_refuses_what_the_service_would(described: Path) -> None:
    ssm = client(described, "ssm")
    with pytest.raises(ParamValidationError, match="Overwrite"):
        ssm.put_parameter(Name="/gehoor/a", Value="x", Type="SecureString", Overwrite="yes")


def test_an_error_of_the_service_is_still_told_by_its_name(described: Path) -> None:
    assert issubclass(client(described, "ssm").exceptions.ParameterNotFound, Exception)


def test_the_same_description_gives_the_same_bytes(described: Path, tmp_path: Path) -> None:
    files = sorted(described.glob("*/*/service-2.json.gz"))
    before = [file.read_bytes() for file in files]
    cut_down(tmp_path)
    assert [file.read_bytes() for file in files] == before


def test_what_is_told_to_people_is_left_out(described: Path) -> None:
    model = client(described, "dynamodb").meta.service_model
    assert not model.documentation
    assert not any(model.operation_model(name).documentation for name in CALLED["dynamodb"])


def test_clients_go_where_they_went_before(described: Path) -> None:
    # Given the same service, with all descriptions and with those that are left
    whole, cut = client(DATA, "ssm"), client(described, "ssm")
    # Then
    assert cut.meta.endpoint_url == whole.meta.endpoint_url
    assert cut.meta.region_name == whole.meta.region_name
    assert (described / "endpoints.json").stat().st_size < 50_000
