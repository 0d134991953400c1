"""One private operation whose answer is known, for the test that every issuer runs before its first signature.

This key is published here and protects nothing; it is never a key of an occasion.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from amanah.core.passes.keys import PUBLIC_EXPONENT

_P = bytes.fromhex(
    "eec39e60551a703ffe912f88f414da400d2119ef7a4735d2461500b7fe32c3196eebdba72a7c699b3d117be9d59ca3bd6e5a"
    "76ad32f84e5f6d9b63576cff90241a1314542747ee777ae6a663d60d93627457d01e516e6ed758c0231ea2f41552a4e6fe35"
    "7e067b74104c79c7061385974f3cc0a4594adc978ca53c170aa8b889"
)
_Q = bytes.fromhex(
    "ca03d85a643fd7909d8c0ebe94f7d95e1f9c976e94a485293cfe5f5afb71f8f2ef8f29aa2d9f31a1ce49300c5d8b16eb577e"
    "1646e312153f9fb82637d7558b5db36f9feb87f08f44efc0539e6159a50b59f417a758c67a379251e113eb622b9c9b846a59"
    "fff99d0dfdf751a7670be1e74a26e2648f14a091911269534186a76d"
)
KNOWN_SIGNATURE = bytes.fromhex(
    "a2ba8518dd60563289537f5229b638be233600212c0ca3d5036fab657bcab1c0339c1c322ffb01ca807d9676376bd716175f"
    "3e57ccd668d901e9db5fb9ab173ac5f0e40e30e180ed0ca96197146aa0c20f26fab62df5405568a98bb37ab8208d6eb66f4f"
    "781112d4c2086e0451b71ee3f164ed53ba59666d99adabcf0b833598bbe1a9a827385a2647a510d341c55a376ef56891f74c"
    "07575d7fc19b3390e0a44265d28b1216550bde84a8d5c12494faeda9c2379dd6bd0ea4ae73ac221daec13aa7bcc3a8557821"
    "3c7ea2375dde62f925002b4cb0a3ab793ce37a8fd3552aa2aec4f120f6d9b278bedb5b0841fb8870fa71be8911cc16c1589c"
    "dc10b0467da2"
)
_MESSAGE = b"".join(hashlib.sha256(b"amanah/known-answer/v1" + bytes([block])).digest() for block in range(8))
KNOWN_BLINDED = b"\0" + _MESSAGE[1:]


def compute_known_numbers() -> RSAPrivateNumbers:
    """Give the published key."""
    p, q = int.from_bytes(_P), int.from_bytes(_Q)
    d = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    return RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa_crt_dmp1(d, p),
        dmq1=rsa_crt_dmq1(d, q),
        iqmp=rsa_crt_iqmp(p, q),
        public_numbers=RSAPublicNumbers(PUBLIC_EXPONENT, p * q),
    )


def encode_known_key() -> bytes:
    """Give the published key as PKCS#8 DER."""
    return (
        compute_known_numbers().private_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )
