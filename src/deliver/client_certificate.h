#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deliver/tls_options.h"

namespace busyhour::internal {

/// A problem with a certificate, a key or its password.
struct CertificateProblem {
  enum class Part : std::uint8_t { kCert, kKey, kPassword };
  Part part;
  std::string message;
};

/// Checks the files of `tls.cert` and `tls.key`, which must be readable.
std::vector<CertificateProblem> FindCertificateProblems(const TlsOptions& tls);

}  // namespace busyhour::internal
