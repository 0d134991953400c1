"""Raw RSA operations through libcrypto (`spec/passes.md` 5.4): the private one, which it blinds, and the public one.

Only `issuing.Issuer` may call them, because only there is every signature checked; nothing here ever compares one.
`ctypes` lets go of the interpreter's lock during the private operation. Every function's types are declared:
without that, ctypes would cut pointers in half.
"""

import ctypes
import threading
from collections import deque
from functools import lru_cache

from amanah.core.passes.keys import MODULUS_LENGTH

_NAMES = ("libcrypto.so.3", "libcrypto.3.dylib")
_RSA_NO_PADDING = 3
_POINTER = ctypes.c_void_p
_INT = ctypes.c_int
_READ_KEY = (_POINTER, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long)
_COMPUTE = (_POINTER, _POINTER, ctypes.POINTER(ctypes.c_size_t), ctypes.c_char_p, ctypes.c_size_t)
_FUNCTIONS: tuple[tuple[str, object, tuple[object, ...]], ...] = (
    ("d2i_AutoPrivateKey", _POINTER, _READ_KEY),
    ("d2i_PUBKEY", _POINTER, _READ_KEY),
    ("EVP_PKEY_free", None, (_POINTER,)),
    ("EVP_PKEY_CTX_new", _POINTER, (_POINTER, _POINTER)),
    ("EVP_PKEY_CTX_free", None, (_POINTER,)),
    ("EVP_PKEY_sign_init", _INT, (_POINTER,)),
    ("EVP_PKEY_sign", _INT, _COMPUTE),
    ("EVP_PKEY_verify_recover_init", _INT, (_POINTER,)),
    ("EVP_PKEY_verify_recover", _INT, _COMPUTE),
    ("EVP_PKEY_CTX_set_rsa_padding", _INT, (_POINTER, _INT)),
    ("ERR_clear_error", None, ()),
)
_Output = ctypes.c_char * MODULUS_LENGTH


@lru_cache(maxsize=1)
def find_libcrypto(names: tuple[str, ...] = _NAMES) -> ctypes.CDLL | None:
    """Give the library, whose operations let go of the interpreter's lock, or None where the platform has none."""
    return _load(ctypes.CDLL, names)


@lru_cache(maxsize=1)
def find_held_libcrypto() -> ctypes.CDLL | None:
    """Give the library for operations so short that giving the lock away and waiting for it costs more than holding."""
    return _load(ctypes.PyDLL, _NAMES)


def _load(loader: type[ctypes.CDLL], names: tuple[str, ...]) -> ctypes.CDLL | None:
    """Load the library and declare every function; whoever lacks one is not used at all."""
    for name in names:
        try:
            library = loader(name)
            for function_name, result, arguments in _FUNCTIONS:
                function = getattr(library, function_name)
                function.restype = result
                function.argtypes = arguments
        except (OSError, AttributeError):  # no such library, or one too old to have every function
            continue
        return library
    return None


class _Power:
    """One key inside libcrypto; contexts are kept in a pool, so that each thread works with one of its own."""

    # The names of the functions that read the key, make a context ready and compute with it.
    _names: tuple[str, str, str]

    def __init__(self, library: ctypes.CDLL, key: bytes) -> None:
        self._library = library
        self._contexts: deque[int] = deque()
        self._is_destroyed = False
        self._lock = threading.Lock()
        read_key, init, compute = self._names
        self._init, self._compute = getattr(library, init), getattr(library, compute)
        start = ctypes.c_char_p(key)
        self._key = getattr(library, read_key)(None, ctypes.byref(start), len(key))
        if not self._key:
            library.ERR_clear_error()
            raise ValueError("libcrypto cannot read the key.")

    def compute(self, base: bytes) -> bytes | None:
        """Give the power of a base as 256 bytes, unchecked; None when libcrypto refuses or the key is destroyed."""
        # Written out here, because this is what the door does thousands of times a second.
        try:
            context: int | None = self._contexts.pop()
        except IndexError:
            context = self._open_context()
        if context is None:
            return None
        # New and zero each time: what an earlier operation left could otherwise pass for the result of this one.
        output, length = _Output(), ctypes.c_size_t(MODULUS_LENGTH)
        status = self._compute(context, output, length, base, len(base))
        self._contexts.append(context)
        if self._is_destroyed:
            self._free_contexts()
        if status != 1 or length.value != MODULUS_LENGTH:
            self._library.ERR_clear_error()
            return None
        return output.raw

    def destroy(self) -> None:
        """Free the key; libcrypto overwrites it once the last operation that is still running has ended."""
        with self._lock:
            if self._is_destroyed:
                return
            self._is_destroyed = True
            self._library.EVP_PKEY_free(self._key)
        self._free_contexts()

    def __del__(self) -> None:
        if getattr(self, "_key", None):
            self.destroy()

    def _open_context(self) -> int | None:
        # A context holds the key by itself; the lock keeps `destroy` from freeing the key while one is being made.
        with self._lock:
            context: int | None = (
                None if self._is_destroyed else self._library.EVP_PKEY_CTX_new(self._key, None)
            )
        if context is None:
            return None
        is_ready = (
            self._init(context) == 1
            and self._library.EVP_PKEY_CTX_set_rsa_padding(context, _RSA_NO_PADDING) == 1
        )
        if not is_ready:
            self._library.EVP_PKEY_CTX_free(context)
            return None
        return context

    def _free_contexts(self) -> None:
        while True:
            try:
                context = self._contexts.pop()
            except IndexError:
                return
            self._library.EVP_PKEY_CTX_free(context)


class LibcryptoPower(_Power):
    """The private operation of one key, from its PKCS#8 DER."""

    _names = ("d2i_AutoPrivateKey", "EVP_PKEY_sign_init", "EVP_PKEY_sign")


class LibcryptoPublicPower(_Power):
    """The public operation of one key, from its SubjectPublicKeyInfo; it shares nothing with the private one."""

    _names = ("d2i_PUBKEY", "EVP_PKEY_verify_recover_init", "EVP_PKEY_verify_recover")
