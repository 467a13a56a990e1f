"""The whole way once through the command line alone: from nothing to a certificate that is verified and revoked."""

import json
from datetime import date, timedelta
from typing import Any

from .conftest import Terminal

TODAY = date.today()  # noqa: DTZ011 - the command line runs under the real clock.
BEGUN = "2019-01-01"
SHEET = """No;Nama Lengkap;NIK;L/P;Tanggal Lahir;Utusan;Hari 1
1;Rina Kusuma, S.Sos.;3275014503800001;P;05/03/1980;Kota Bekasi;H
2;Budi Santoso;3275011708850001;L;17/08/1985;Kota Bekasi;H
3;Slamet;3216021708850002;L;17/08/1985;Kabupaten Bekasi;A
"""


def person(name: str, serial: int) -> dict[str, str]:
    return {"name": name, "nik": f"327501170875{serial}", "born": "1975-08-17", "sex": "L", "region": "32.75"}


def founder(name: str, serial: int, office: str) -> dict[str, Any]:
    roles = ["admin", "certify", "approve"]
    return {"person": person(name, serial), "authority": "IPSPI", "office": office, "roles": roles, "begins": BEGUN}


class Office:
    """Two officers, each with a key file, and what they do at the terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        founders = [founder("Ratna Wulandari", 9001, "Ketua DPP"), founder("Hendra Gunawan", 9002, "Sekretaris DPP")]
        begun = terminal.answer("init", "-", said=json.dumps(founders))
        self.chair, self.secretary = begun["officers"]

    def key(self, officer: str) -> str:
        return f"keys/demo/officers/{officer}.pem"

    def enrol(self) -> None:
        """The first key's approval is asserted by the service; from then on everything is signed."""
        first = self.terminal.answer("officer", "enrol", self.chair, "--officer", self.chair)
        self.terminal.answer("approve", first["proposal"], "--yes", "--officer", self.secretary)
        second = self.terminal.answer("officer", "enrol", self.secretary, "--officer", self.secretary)
        self.approve(second, self.chair)

    def approve(self, proposed: dict[str, Any], officer: str) -> Any:
        signed = ("--officer", officer, "--officer-key", self.key(officer), "--yes")
        return self.terminal.answer("approve", proposed["proposal"], *signed)

    def does(self, *arguments: str, said: str | None = None) -> Any:
        return self.terminal.answer(*arguments, "--officer", self.chair, said=said)

    def together(self, *arguments: str) -> Any:
        """Proposed by the one, approved by the other."""
        return self.approve(self.does(*arguments), self.secretary)

    def register(self, name: str, serial: int) -> str:
        return str(self.does("registrant", "register", "-", said=json.dumps(person(name, serial)))["registrant"])

    def decree(self, serial: int, matter: str, decider: str) -> str:
        number = f"{serial}/DPP IPSPI/SK/{TODAY.year}"
        options = ("--matter", matter, "--on", TODAY.isoformat(), "--decider", decider)
        return str(self.does("decree", "record", number, *options)["decree"])

    def authority(self) -> None:
        for regulation, rank in (("UU 14/2019", "UU"), ("Permensos 10/2019", "Permen")):
            self.does("regulation", "catalogue", regulation, "--rank", rank, "--begins", BEGUN)
        self.together("authority", "register", "IPSPI")
        self.together(
            *("authority", "grant", "IPSPI", "--name", "Independen Pekerja Sosial", "--scope", "*"),
            *("--scheme", "RELAWAN/PSM-DASAR", "--scheme", "HADIR/PSM-DASAR"),
            *("--basis", "UU 14/2019", "--begins", BEGUN),
        )
        self.terminal.answer("keys", "refresh")

    def scheme(self) -> None:
        self.does("scheme", "register", "RELAWAN/PSM-DASAR")
        options = ("--standard", "Permensos 10/2019", "--basis", "UU 14/2019", "--begins", BEGUN)
        self.together("scheme", "publish", "RELAWAN/PSM-DASAR", *options, "--tier", "PSM/DASAR", "--months", "60")

    def clerk(self) -> str:
        who = self.register("Sari Melati", 9005)
        decree = self.decree(9, "appointment", self.register("Nurul Hidayah", 9010))
        options = ("--authority", "IPSPI", "--role", "enrol", "--office", "Petugas", "--begins", BEGUN)
        proposed = self.does("officer", "appoint", who, *options, "--decree", decree)
        self.approve(proposed, self.secretary)
        return str(proposed["officer"])

    def training(self, clerk: str) -> list[str]:
        """Registrants who completed it; their certificates of attendance are issued."""
        self.terminal.write("sheet.csv", SHEET)
        run = self.terminal.answer
        training = run(
            *("training", "plan", "--programme", "PSM-DASAR", "--day", TODAY.isoformat(), "--hours", "8"),
            *("--announced", "3", "--quota", "32.75=2", "--quota", "32.16=1", "--basis", "Permensos 10/2019"),
            *("--tier", "PSM/DASAR", "--officer", clerk),
        )["training"]
        teacher = self.register("Agus Salim", 9006)
        run("training", "instructor", training, teacher, "--affiliation", "UNIVERSITAS", "--officer", clerk)
        run("training", "import", training, "sheet.csv", "--officer", clerk)
        assert run("training", "close", training, "--officer", self.chair)["completed"] == 2
        self.approve(run("propose", "attendance", training, "--officer", clerk), self.chair)
        numbers = [one["number"] for one in run("certificate", "list")]
        return [run("certificate", "show", number)["registrant"] for number in numbers]

    def certified(self, candidates: list[str], assessor: str, decider: str) -> list[str]:
        """Numbers: scheduled from CSV, scored from JSON, decided from CSV; one is not yet competent."""
        write, by = self.terminal.write, ("--assessor", assessor)
        write("candidates.csv", "\n".join(["registrant", *candidates]))
        kind = ("--scheme", "RELAWAN/PSM-DASAR", "--on", TODAY.isoformat())
        ids = list(self.does("assessment", "schedule", "candidates.csv", *kind, *by)["assessments"].values())
        scores = [{"assessment": id, "knowledge": "K", "skill": "K", "ethics": "K"} for id in ids]
        scores[1]["skill"] = "BK"
        write("scores.json", json.dumps(scores))
        self.does("assessment", "score", "scores.json", *by)
        write("outcomes.csv", f"assessment;outcome\n{ids[0]};K\n{ids[1]};BK\n")
        decree = self.decree(1, "results", decider)
        self.does("assessment", "decide", "outcomes.csv", "--decree", decree)
        before = {one["number"] for one in self.terminal.answer("certificate", "list")}
        self.together("propose", "competence", decree)
        return sorted({one["number"] for one in self.terminal.answer("certificate", "list")} - before)


def test_the_story_is_told_by_commands_alone(empty: Terminal) -> None:
    office = Office(empty)
    office.enrol()
    office.authority()
    office.scheme()
    candidates = office.training(office.clerk())
    decider = office.register("Putri Anggraini", 9008)
    (number,) = office.certified(candidates, office.register("Lestari Handayani", 9007), decider)

    empty.run("code", number, "--png", "code.png", "--svg", "code.svg")
    issued = empty.run("verify", "--picture", "code.png")
    assert issued.exit_code == 0, issued.output
    assert "GENUINE AND IN FORCE (green)" in issued.stdout
    assert (empty.folder / "code.svg").read_text(encoding="utf-8").startswith("<svg")

    act = ("--decree", office.decree(2, "suspension", decider), "--reason", "precaution")
    until = ("--until", (TODAY + timedelta(days=1)).isoformat())
    office.does("certificate", "suspend", number, *act, *until, "--alone")
    assert empty.run("verify", "--picture", "code.png").exit_code == 2

    act = ("--decree", office.decree(3, "reinstatement", decider), "--reason", "lifted")
    office.does("certificate", "reinstate", number, *act, "--alone")
    assert empty.run("verify", "--picture", "code.png").exit_code == 0

    act = ("--decree", office.decree(4, "revocation", decider), "--reason", "fraud")
    office.together("certificate", "revoke", number, *act)
    revoked = empty.run("verify", "--picture", "code.png")
    assert revoked.exit_code == 1
    assert "REVOKED (red)" in revoked.stdout
    assert [event["kind"] for event in empty.answer("history", number)][-1] == "certificate.revoked"
    assert empty.answer("audit")["sound"] is True
