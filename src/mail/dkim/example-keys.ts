/*
 * Public keys for examples and tests, made for this purpose; nobody keeps the private halves. Base64 as in `p=`.
 */

/** RSA, 512 bits. */
export const RSA_512 =
  'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANoftDAECVcBR7n+nxEOHiJCaBZHmtzMxMGmmrNJdzEy' +
  '9StFl+WodlgYwdED51BF3buXteksqTV4w9+1zEGQPtECAwEAAQ==';

/** RSA, 1024 bits. */
export const RSA_1024 =
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCnzUPk3vTlfnB/HLgmOuu6eJGc4hsWcrkRtMX' +
  'JTP3NHnU/JkMyqnJp2m6vQ2qxnfE74bHKoR1H1+KXT30IJxIXMNGzIjDLre55+GvoYRlKam8xt+/' +
  'e31TyMDci51L8NoORPN3va2nlsEeqquCnPvV2UrPpQqs6aZuJhDZBmmhMQIDAQAB';

/** RSA, 2048 bits. */
export const RSA_2048 =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsnCZVpxiuBG1VdAyzDjgXZfAMPL6uSLo' +
  'C0TI8Pc1jJKaszWUr/rXzYplK5DE+i4SxJD844PituE1QnJwEUvfM3v8xUNstqowen/vARk0EHp6' +
  'zwQXuUmUmGYmVAMjjtXwfJ8KOuXqAYUMDsRKmRa9ebrFpPwyMFS53PUguwZJdp5fDpMRsOGSJnwp' +
  'zYkmxjrDs9XSJQnNJbO2mSyGpHoXQ9dcHYSS5ZX7Wzs7yimkTY+N7s0NkwihxXv+a703e1Ir0Yr0' +
  'UwFQU9L6H/dFH0uXdyo3LATVUmmDqmX94pFl4N70UaWkFd41AhGaJTnHT44gxgwfh0zYE0wUcm5j' +
  'a18PHwIDAQAB';

/** RSA, 4096 bits. */
export const RSA_4096 =
  'MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAxKSixfeSJiqhnDVtiRA1j5ef9vqrHYT0' +
  'wH4DOlrUUdIHHdWLrhqR/5knn/AYWrGvQ7sQED227IG1VVpNa9QLLywM7mxs5zYblrcNiet/RrHd' +
  'rROYpHWmBBCYuVaAnyxFDyFemDj5NI8hOtQaRoQAqXUrL9uMgqRBQfVyMbs9Luiah9rg5j9ayNVk' +
  'meFGwE4ECZbakBos6oJzJ5389R4u0bQH7n5bKAIQy36/2M0A09dKPv53O+ycRNkqeq/ByqoBesAc' +
  'apDcF47aLLgHMxjB0lACMO/X/33D05NYEXY66hX1IiqEtofnrTQhoQRzC5ZNoueMJDx9sC8bz7cO' +
  'Ig/JA12S5DFoQdbLLGVwlGnEjfRoNHA+ph41gxnNKOrQrjYDt1jDODm4xMnMdSb+QTQ+ofvgC44x' +
  'HuWzX6x5RUCoAYLDROgHNjOr+Adk5SOuzI/Ws5zEy4aK+FSvmDa7AtZiogEADLtX+qTD8hcrT4sN' +
  'neoK2JNji70i2WvtfCzyGnUO6VPPACX5jqntIEN3F49YyCc4R8en/rxkS68sq8MGPQAIi2bNMFGM' +
  '1P4hkaBGozU5RokdTTNOskXp8HIPl26sFXbB/fhcOKoHBpkbtrtCgWoxopMlGWGLzXJk/m1LW3zc' +
  'nqn6mInASHXP0xiXfcmtofhkF0hern8L7oEKz2LJzUcCAwEAAQ==';

/** RSA, 5120 bits. */
export const RSA_5120 =
  'MIICojANBgkqhkiG9w0BAQEFAAOCAo8AMIICigKCAoEAns6vL6qMuRHrDv9ZQyMTaM/pzfCcrtml' +
  'TEPlaNhvdWwlTBMuOnhjmyUj7CUXzVEzQOQCd6kn8UL6KXVkk/RfH8vutyr9mQJYuBmwCfB0FWl2' +
  'rAOPVrYNVRf0vIrB1y7CLJq7WEoYTx9G2aprrzoBQSTv6HPuLA9u2NUTHC3T10qBbixktBmT/G3p' +
  'FBavjEi9bCKWxL3e42RKJ9JZnoHFhQIvryD/DNcu1Jls+76agGRQdAVmtCO3w1Hfgqt+wLTALpUF' +
  'jEK49S1dAPzzvRDw7/omZKZfMyrrH6do8F7mPyu3r92jLj0yI2v4ZM9O+4FjvrD5j1dyI2Dqk25A' +
  '8b/vNhmqhNYY6aLZeKYgQMIgbrPepB3QHRRovonb1OGs52JvjdV8C3lm/d43GKHxXoY4fTwvj4Mz' +
  'WW6KXUo5rHoBRYx3GRo5jQk4b0Sr5Xoaob9S1edFibhZwpXb/9AWBGbZTJL78DsATR3SV/5UnD+2' +
  'eLS+BInto4FO0ObbGmegmfZfFJJbSTaCdODPCFMNihs7KK3/oLfQ0u3UAxZYBXyDOfHZ0cYzjy12' +
  'Z0kQuqifM3skyMHOFOSccCOSy9Ymxq/sX29zyCCbmRqJVASMOmGxN20g9txsK6OhTy4ISnvX1NnQ' +
  '04Kf8A+qtKQQCc0xjy7D8MFNRs9STDCL4K6fvEQoDvpVJfCvlyMYDjnoyjBfiqzIxifCQiG1FT81' +
  'qF3vMsmpD15j8umaFYv5ivRYVHDD01WEF22i5+TMGK7UcOALmpOXv6wdjMrzWxRcfLC1mdN4ifb9' +
  'HP1z22sZmft3QSYlt1DutvkZNt6cD4L7ZwV/lKowimgJhq70ZxmkpQP3al26hQIDAQAB';

/** RSA, 1024 bits, as a bare RSAPublicKey. */
export const RSA_1024_BARE =
  'MIGJAoGBAMKfNQ+Te9OV+cH8cuCY667p4kZziGxZyuRG0xclM/c0edT8mQzKqcmnabq9DarGd8Tv' +
  'hscqhHUfX4pdPfQgnEhcw0bMiMMut7nn4a+hhGUpqbzG3797fVPIwNyLnUvw2g5E83e9raeWwR6q' +
  'q4Kc+9XZSs+lCqzppm4mENkGaaExAgMBAAE=';

/** RSA, 2048 bits, exponent 3. */
export const RSA_EXPONENT_3 =
  'MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEAwuX+LsvVqho8zM1F5LLs//T61u+smNg0' +
  'hWEiDwbHKQCCetdRdXLWAg4kPJTO8EpE/m/KVl5MYDQLDLJPDRyavKD+bY2exgTJm2QJT9mp7NsC' +
  'Xc/zXPgdBbcH0kzoXDkD52NlVrKhrIlrucT4z5kCWw+4jpJS+cArRBRNFBS7mH2LM7+C+HX5oZbg' +
  'QxEQeY4Yd1oj3sLHqz8LbuQAlwtN2cjMWvaEDDymhABCHqEa0fDqpziMQ7bWGGFZQcZOTBDEVAVo' +
  'WIYXqDv1m0sG4lp2ZE1BZWuqJTJipwBgcWhi9THrQHNJpTTPxybfGmBTDJBbGVcRPmuSNXftjDKm' +
  'O8+dXwIBAw==';

/** RSA, 2048 bits, exponent 2^40 + 1. */
export const RSA_EXPONENT_LARGE =
  'MIIBJTANBgkqhkiG9w0BAQEFAAOCARIAMIIBDQKCAQEAwz5NVXKm7Q3qLyN+Vnrsz2ZJ8tzi0Ppx' +
  '1dyitDNyEmZccwXVbpxtIbosAZwcgV+qrmexmhtHaavzt4zzw93G2Uci60YJnyQCLVFyJjEqnSKE' +
  'zqwwyiSHKqdm0fUolNdk8Pp/yEAw92or7uUAykBX6cpDs3A12Dq+dCWZUu/RgW3uXaYdfvGKdNTK' +
  'Xb288f+x/pxFnFq6z6WfvAFgKcEal0Me4L4ZLT7lmrgj9gtTbJ5Q24SzLxB8Yrf8VYDlbzTegYx2' +
  '0pv1o7zAQ1kZGHYbWdKS+DoFO8kxLL1/g43R1Eh3ztiEM2MVAekNfZV/cCddshUTp4yszBAnqVuL' +
  'w/UKMQIGAQAAAAAB';

/** Ed25519, 32 octets. */
export const ED25519 = 'tc9nWK2Lh2pwjFiviJ8UjlsVWZa86pNQ4mCyHQ3k/eQ=';

/** The same Ed25519 key in SubjectPublicKeyInfo. */
export const ED25519_WRAPPED = 'MCowBQYDK2VwAyEAtc9nWK2Lh2pwjFiviJ8UjlsVWZa86pNQ4mCyHQ3k/eQ=';

/** A key of a type DKIM does not know (ECDSA P-256). */
export const EC_P256 =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEA8nj9wp1LHPGyWg9SHO86OpUP0VcpUv6j7kiFq20' +
  '63cPEkibivjHS7kCIAgk5BQ9DUqoR+SBn+IPBwdhxVW/8A==';

/** RSA, 1024 bits, exponent 1. */
export const RSA_EXPONENT_1 =
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCnzUPk3vTlfnB/HLgmOuu6eJGc4hsWcrkRtMX' +
  'JTP3NHnU/JkMyqnJp2m6vQ2qxnfE74bHKoR1H1+KXT30IJxIXMNGzIjDLre55+GvoYRlKam8xt+/' +
  'e31TyMDci51L8NoORPN3va2nlsEeqquCnPvV2UrPpQqs6aZuJhDZBmmhMQIDAAAB';
