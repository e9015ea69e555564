// SPDX-License-Identifier: MIT

/// Throw-away keys OCI would refuse, made with openssl 3.0.22 on 2026-07-21.
enum KeyMaterial {
    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`
    static let elliptic = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXVCLg1yhP0X9MO2c
        KUZZwVDmxITQI8hfOrcUMysykbyhRANCAAQsH+zamcQ7OCccm9QGNREPkv1eKyR9
        7ddJMHPJzYUXbqPy48F+ybRmyvSHXD8N5+YbAUmV3kGBV4hNJTuBBx09
        -----END PRIVATE KEY-----
        """

    /// Its public half.
    static let ellipticPublic = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELB/s2pnEOzgnHJvUBjURD5L9Xisk
        fe3XSTBzyc2FF26j8uPBfsm0Zsr0h1w/DefmGwFJld5BgVeITSU7gQcdPQ==
        -----END PUBLIC KEY-----
        """

    /// `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024`
    static let rsa1024 = """
        -----BEGIN PRIVATE KEY-----
        MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAJs745cW33sZQjhL
        qdPNJ3FNzjL+Ff45BhTmDJZi5c+REG/J3J0JjBZcX6pZ+kxRcHFrHwrBU5GVKP/j
        acXc10XR/Zh/7EsplPvAiyn98coB4+XSWKchyqcZHTEtzW7cSx1Ibdpbybvoe80q
        aXHgO6ktS74Za/BHGD/lKqujmNmZAgMBAAECgYBRGZ3Srsl853pYLPeBxxnHMS38
        KBDXa3VI79M9sld79L7QmHaguH8uo337YtzIiHelWaCzHsOJOJNd9LKrA7CXYkyt
        HAzKmQGGYZF7eF0BGdR85R2qALIpwRvED+hdSGWO0RKwO/agraV2Uc+L+CLuztCy
        idYFh04a1m+GnVpKnQJBAMfT8TLcgJ4sWnK6YnUYnSsRXmprbMhp/u7XXYe1iu7N
        ZA7WlIpwAwDKKviNtcO8zM9R9eYFzfx6queeB65cu6MCQQDG3t3xpJc3rKyOUcMp
        aQTU7SQfsEiACBrq+EaKY211b7uVOx5CpfV+1Hfu/IHr2/4v0Tt/Un1R2TGiSqoR
        RCmTAkAQkyfijB+u/wbRlVwtUklXFS27rgVr6j7XGM4NP6WygR7XjDzt7rSREDPY
        Qgjdn39tguLenYSkeJhMdfM1J0P5AkAe0jmZksWw5j0UDY3upA0QpvQbSSnjVd4+
        Hl5oYkJ7meZ7mV72O1xR3MH9svq7wCuj44ySDgnIHp43pdS3ulWrAkA4gbbH4/Uw
        OSovHaF0+ed/Uk1xYB+bv1weSNPOdksSexNMsuzx0X8Ef5tvviIDQnkbOaLUzt1T
        PhiS+v+p4IBD
        -----END PRIVATE KEY-----
        """
}
