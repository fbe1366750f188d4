"""Tests that secrets of `load` are sent to HTTP receivers but never shown,
however a receiver echoes them.
"""

import base64
import json
import urllib.parse

import pytest

from http_receiver import Answer, Receiver

USER, PASSWORD = "reporter", "pQ7/x+Zr9=Lm-2Kw"
SECRETS = {"TOKEN": "tell-nobody", "NAME": "me", "WORD": "sesame"}


def echo(name):
    """A receiver that echoes a header of the request."""
    return Receiver(lambda request: Answer(
        400, {}, request.headers[name].encode(), False))


@pytest.mark.parametrize("settings, name, told, shown", [
    (["token_env=TOKEN"], "Authorization", "Bearer tell-nobody",
     "Bearer ***"),
    (["user_env=NAME", "password_env=WORD"], "Authorization",
     "Basic bWU6c2VzYW1l", "Basic ***"),
    (["token_env=TOKEN", "token_scheme=ApiKey"], "Authorization",
     "ApiKey tell-nobody", "***"),
    (["header_env.X-Api-Key=TOKEN"], "X-Api-Key", "tell-nobody", "***")],
    ids=["token", "password", "scheme", "header"])
def test_secret_that_is_said_back_is_hidden(load, settings, name, told, shown):
    with echo(name) as receiver:
        load(receiver.url, records=200, expect=1, environment=SECRETS,
             settings=settings)
    assert receiver.answers[-1][0].headers[name] == told
    assert shown in load.said
    assert "tell-nobody" not in load.said and "sesame" not in load.said


SLASHED = "to/ken+of==nobody"


@pytest.mark.parametrize("answer", [
    Answer(400, {}, json.dumps({"no": SLASHED}).replace("/", "\\/").encode(),
           False),
    Answer(307, {"Location": "/?t=" + urllib.parse.quote(SLASHED, safe="")},
           b"", False)], ids=["JSON", "an address"])
def test_secret_is_hidden_as_services_write_it(load, answer):
    with Receiver(lambda request: answer) as receiver:
        load(receiver.url, records=200, expect=1, settings=["token_env=T"],
             environment={"T": SLASHED})
    assert "***" in load.said and "nobody" not in load.said


def base64_of(text, before=""):
    return base64.b64encode((before + text).encode()).decode()


MANGLINGS = {
    "cut": PASSWORD[1:-1],
    "in other case": PASSWORD.swapcase(),
    "folded": PASSWORD[:5] + "\r\n\t" + PASSWORD[5:11] + "\n" + PASSWORD[11:],
    "hexadecimal": PASSWORD.encode().hex(),
    "hexadecimal pairs": PASSWORD.encode().hex(":").upper(),
    "an address": urllib.parse.quote(PASSWORD, safe=""),
    "an address, twice": urllib.parse.quote(
        urllib.parse.quote(PASSWORD, safe=""), safe=""),
    "JSON": "".join(f"\\u{ord(c):04x}" for c in PASSWORD),
    "Base64": base64_of(PASSWORD),
    "both in Base64": base64_of(f"{USER}:{PASSWORD}"),
    "both, unpadded": base64_of(f"{USER}:{PASSWORD}").rstrip("="),
    "for addresses": base64_of(PASSWORD, "a").translate(
        str.maketrans("+/", "-_")).rstrip("="),
    "another byte on": base64_of(PASSWORD, "ab"),
    "Base64 of hexadecimal": base64_of(PASSWORD.encode().hex()),
}


@pytest.mark.parametrize("mangled", MANGLINGS.values(), ids=MANGLINGS)
def test_secret_is_hidden_however_it_is_mangled(load, mangled):
    """A receiver that echoes a secret in an unusual encoding."""
    body = f"No such user: {mangled} , ask your administrator".encode()
    with Receiver(lambda request: Answer(400, {}, body, False)) as receiver:
        load(receiver.url, records=100, expect=1,
             settings=["user_env=NAME", "password_env=WORD"],
             environment={"NAME": USER, "WORD": PASSWORD})
    said, shown = "".join(load.said.split()), "".join(mangled.split())
    assert not any(shown[at:at + 8] in said for at in range(len(shown) - 7))
    assert "No such user" in load.said and "administrator" in load.said, (
        "the words around it are shown")


@pytest.mark.parametrize("to", ["http://ann:pa55@127.0.0.1:9/x",
                                "https://ann:pa/55@127.0.0.1"])
def test_secret_in_an_address_is_not_shown(load, to):
    load.refused(to, words=["***@127.0.0.1", "no user name"])
    assert "pa55" not in load.said and "pa/55" not in load.said


@pytest.mark.parametrize("settings, environment, words", [
    (["token_env=" + SLASHED], {}, ["--with token_env",
                                    "not the secret itself"]),
    (["token_env=T"], {"T": ""}, ["--with token_env", "is empty"]),
    (["token_env=BUSYHOUR_NO_SUCH"], {}, ["--with token_env",
                                          "BUSYHOUR_NO_SUCH"]),
    (["token_env=T"], {"T": "a\nb: c"}, ["--with token_env", "line end"]),
    (["token_scheme=ApiKey"], {}, ["requires token_env"]),
    (["user_env=T"], {"T": "a"}, ["password_env"]),
    (["header_env.X-Api-Key=BUSYHOUR_NO_SUCH", "header_env.host=TOKEN",
      "header.a=b", "header_env.a=TOKEN"], SECRETS,
     ["BUSYHOUR_NO_SUCH", "header_env.host", "cannot be combined with header.a"]),
    (["header.authorization=x", "header.a b=c", "method=get", "compress=lz4",
      "connections=0", "ca=/no/such", "tiemout=1s"], {},
     ["header.authorization", "token_env", "\"a b\"", "method", "compress",
      "connections", "/no/such", "timeout"]),
    (["ca=/dev/null"], {}, ["--with ca: requires https://"])])
def test_wrong_setting_is_refused_before_anything_is_sent(
        load, settings, environment, words):
    with Receiver() as receiver:
        load.refused(receiver.url, *settings, environment=environment,
                     words=words)
    assert receiver.number == 0
    assert SLASHED not in load.said, (
        "a secret in place of its variable's name is not shown")
