"""TLS and mutual TLS between grpcio and our server."""

import subprocess
from pathlib import Path

import grpc
import pytest
from google.protobuf.wrappers_pb2 import BytesValue

from rpc.echo import Echo, EchoServer


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder: Path, name: str) -> None:
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(folder, "req", "-x509", *key, "-days", "2", "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-subj", f"/CN={name}")


def leaf(folder: Path, name: str, signer: str) -> None:
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (folder / f"{name}.ext").write_text("subjectAltName=DNS:localhost\n")
    openssl(folder, "req", "-new", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key",
            "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    authority(folder, "ca")
    authority(folder, "other")
    leaf(folder, "server", "ca")
    leaf(folder, "client", "ca")
    leaf(folder, "stranger", "other")
    return folder


def call(port: int, folder: Path, roots: str, client: str | None = None) -> grpc.StatusCode | None:
    credentials = grpc.ssl_channel_credentials(
        (folder / f"{roots}.pem").read_bytes(),
        (folder / f"{client}.key").read_bytes() if client else None,
        (folder / f"{client}.pem").read_bytes() if client else None,
    )
    with grpc.secure_channel(f"localhost:{port}", credentials) as channel:
        try:
            Echo(channel).echo(BytesValue(value=bytes(100_000)), timeout=10)
            return None
        except grpc.RpcError as error:
            return error.code()


def test_tls(echo_binary: str, certificates: Path) -> None:
    server = EchoServer("--tls", str(certificates / "server.pem"), str(certificates / "server.key"))
    assert call(server.port, certificates, "ca") is None
    assert call(server.port, certificates, "other") == grpc.StatusCode.UNAVAILABLE
    assert server.stop() == 0


def test_mutual_tls(echo_binary: str, certificates: Path) -> None:
    server = EchoServer(
        "--tls", *(str(certificates / name) for name in ["server.pem", "server.key", "ca.pem"])
    )
    assert call(server.port, certificates, "ca", "client") is None
    assert call(server.port, certificates, "ca") == grpc.StatusCode.UNAVAILABLE
    assert call(server.port, certificates, "ca", "stranger") == grpc.StatusCode.UNAVAILABLE
    assert server.stop() == 0
