"""A standalone Spark cluster of our own, one master and two workers, for as long as tests run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.running import read_on

pyspark = pytest.importorskip("pyspark", reason="Spark is not installed: run 'make spark'")

WORKERS = 2
LOOPBACK = {"SPARK_LOCAL_IP": "127.0.0.1"}
# Little programs that live for a minute: to compile them thoroughly, and to look for mistakes in
# Spark's many classes, would cost more than it brings.
_JAVA = (
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
)  # fmt: skip
_DAEMON = ("-Xmx256m", "--add-opens=java.base/java.nio=ALL-UNNAMED",
           "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")  # fmt: skip
_SETTINGS = {
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "512m", "spark.executor.memory": "512m",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # nothing begins before all are there
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "180s",
    "spark.cores.max": str(WORKERS), "spark.executor.cores": "1",
    "spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": " ".join(_JAVA),
    "spark.executor.extraJavaOptions": " ".join(_JAVA),
}  # fmt: skip


@contextmanager
def running(folder: Path, memory: str = "1g") -> Iterator[str]:
    """The address of a running cluster, all on loopback; its processes end with the block.

    Each worker has one core, and so much memory for what it executes.
    """
    with ExitStack() as started:
        heard = started.enter_context(_daemon(folder, "master.Master", "--port", "0"))
        address = heard(r"Starting Spark master at (\S+)")
        workers = [
            started.enter_context(
                _daemon(
                    folder, "worker.Worker", "--cores", "1", "--memory", memory,
                    "--work-dir", str(folder / f"worker {number}"), address,
                )
            )
            for number in range(WORKERS)
        ]  # fmt: skip
        for heard in workers:
            heard("Successfully (registered) with master")
        yield address


def settings(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A folder with Spark's configuration, for SPARK_CONF_DIR."""
    lines = _SETTINGS | {"spark.sql.warehouse.dir": str(folder / "warehouse")} | dict(changes or {})
    (folder / "spark-defaults.conf").write_text(
        "".join(f"{name} {value}\n" for name, value in lines.items())
    )
    return folder


def end_driver() -> None:
    """End the Java that works for this process, which outlives its sessions."""
    context = pyspark.SparkContext
    gateway = context._gateway
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()  # until then it stays
        gateway.proc.wait(timeout=60)
        context._gateway = context._jvm = None


@contextmanager
def _daemon(folder: Path, name: str, *options: str) -> Iterator[Callable[[str], str]]:
    """One process of the cluster; call it with a pattern to wait for the line that has it."""
    home = Path(pyspark.__file__).parent
    [library] = (home / "jars").glob("scala-library-*.jar")
    scala = ".".join(library.stem.rsplit("-", 1)[1].split(".")[:2])
    own = {"SPARK_HOME": str(home), "SPARK_SCALA_VERSION": scala}  # to start executors with
    command = [
        _java(), *_JAVA, *_DAEMON, "-cp", f"{home}/jars/*", f"org.apache.spark.deploy.{name}",
        "--host", "127.0.0.1", "--webui-port", "0", *options,
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, env=os.environ | LOOPBACK | own,
    )  # fmt: skip
    try:
        yield partial(_heard, process)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _heard(process: subprocess.Popen[str], pattern: str) -> str:
    """The first group of a pattern, once a line has it; what comes after it is read by nobody."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(pattern, line):
            read_on(process.stderr)
            return found[1]
    raise AssertionError("".join(said))


def _java() -> str:
    """Skips the test where there is none."""
    found = shutil.which("java")
    if found is None:
        pytest.skip("Java is not installed: apt-get install default-jre-headless")
    return found
