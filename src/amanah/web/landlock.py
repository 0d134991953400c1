"""Landlock, the Linux kernel's way for a process to give up access for good, through three system calls.

It knows nothing of departments; `confinement.py` decides what to allow.
"""

import ctypes
import os
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_RULE_PATH, _RULE_PORT = 1, 2
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_LISTEN, _CONNECT = 1 << 0, 1 << 1
_SCOPE_ALL = 0b11
# The number of file rights that each version of the kernel's interface knows; later ones know as many as version 5.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("ports", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


class _PortRule(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    return result


def _require(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def find_landlock_version() -> int | None:
    """Give the version of Landlock that this kernel speaks, or None."""
    version = _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    return version if version > 0 else None


class Ruleset:
    """What stays allowed; everything else that this version of the kernel can forbid is forbidden."""

    def __init__(self, version: int) -> None:
        self.file_rights = (1 << _FILE_RIGHTS.get(version, 16)) - 1
        self.has_ports = version >= 4
        size = 24 if version >= 6 else 16 if version >= 4 else 8
        attributes = _RulesetAttributes(
            self.file_rights, _LISTEN | _CONNECT if self.has_ports else 0, _SCOPE_ALL if version >= 6 else 0
        )
        self.descriptor = _require(
            _call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0)),
            "landlock_create_ruleset",
        )

    def allow_writing(self, path: Path) -> None:
        """Allow everything beneath a folder, except running what is in it and speaking to devices."""
        self._allow_path(path, self.file_rights & ~(_EXECUTE | _DEVICE_CONTROL))

    def allow_reading(self, path: Path) -> None:
        """Allow reading and running what is beneath a folder."""
        self._allow_path(path, _READ)

    def allow_devices(self, path: Path) -> None:
        """Allow using devices, and the semaphores that the C library keeps among them."""
        self._allow_path(path, self.file_rights & ~_EXECUTE)

    def allow_listening(self, port: int) -> None:
        """Allow listening on one TCP port."""
        self._allow_port(port, _LISTEN)

    def allow_connecting(self, port: int) -> None:
        """Allow connecting to one TCP port of any machine."""
        self._allow_port(port, _CONNECT)

    def _allow_path(self, path: Path, rights: int) -> None:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            allowed = rights if path.is_dir() else rights & _ON_FILES
            rule = _PathRule(allowed & self.file_rights, descriptor)
            self._add(_RULE_PATH, rule, str(path))
        finally:
            os.close(descriptor)

    def _allow_port(self, port: int, rights: int) -> None:
        if self.has_ports:
            self._add(_RULE_PORT, _PortRule(rights, port), f"port {port}")

    def _add(self, kind: int, rule: ctypes.Structure, what: str) -> None:
        result = _call(_ADD_RULE, self.descriptor, ctypes.c_int(kind), ctypes.byref(rule), ctypes.c_uint32(0))
        _require(result, f"landlock_add_rule for {what}")


def restrict_self(ruleset: Ruleset) -> None:
    """Put a ruleset in force for this thread and everything it starts; there is no way back."""
    libc = ctypes.CDLL(None, use_errno=True)
    _require(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _require(_call(_RESTRICT_SELF, ruleset.descriptor, ctypes.c_uint32(0)), "landlock_restrict_self")
    os.close(ruleset.descriptor)
