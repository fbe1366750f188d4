#include "load/tls_settings.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/ascii.h"

#ifdef BUSYHOUR_WITH_OPENSSL
#include "deliver/client_certificate.h"
#endif

namespace busyhour::internal {
namespace {

// The path of a readable file; empty, with a problem, if it is not readable.
std::string ReadPath(Settings& settings, const char* name) {
  std::string path = settings.Text(name, "");
  if (!settings.Has(name)) return "";
  // Opening a pipe could block, and the file is read more than once.
  std::error_code error;
  if (std::filesystem::is_fifo(path, error)) {
    settings.Refuse(name, '"' + path + "\" is a pipe, not a file");
    return "";
  }
  std::FILE* const file = std::fopen(path.c_str(), "r");
  // A directory can be opened but not read.
  const bool can_read =
      file != nullptr && (std::fgetc(file) != EOF || std::ferror(file) == 0);
  if (!can_read) {
    settings.Refuse(name,
                    "cannot read \"" + path + "\": " + std::strerror(errno));
    path.clear();
  }
  if (file != nullptr) std::fclose(file);
  return path;
}

bool IsHostName(std::string_view name) {
  return !name.empty() && name.size() <= 253 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return IsLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
         });
}

void CheckCertificate(Settings& settings, TlsOptions& tls) {
#ifdef BUSYHOUR_WITH_OPENSSL
  using Part = CertificateProblem::Part;
  for (const CertificateProblem& problem : FindCertificateProblems(tls)) {
    settings.Refuse(problem.part == Part::kCert  ? "cert"
                    : problem.part == Part::kKey ? "key"
                                                 : "key_password_env",
                    problem.message);
  }
#else
  static_cast<void>(settings);
  static_cast<void>(tls);
#endif
}

}  // namespace

TlsOptions ReadTls(Settings& settings, bool is_tls, const char* goes_with) {
  constexpr std::array<std::string_view, 2> kLeast = {"1.2", "1.3"};
  TlsOptions tls;
  tls.ca = ReadPath(settings, "ca");
  tls.cert = ReadPath(settings, "cert");
  tls.key = ReadPath(settings, "key");
  tls.key_password = settings.Secret("key_password_env");
  tls.server_name = settings.Text("server_name", "");
  tls.least = settings.Word("tls_min", kLeast, 0) == 0
                  ? TlsOptions::Least::kTls12
                  : TlsOptions::Least::kTls13;
  if (!is_tls) {
    for (const char* const name :
         {"ca", "cert", "key", "key_password_env", "server_name", "tls_min"}) {
      if (settings.Has(name)) {
        settings.Refuse(name, std::string("requires ") + goes_with);
      }
    }
    return tls;
  }
  if (settings.Has("cert") != settings.Has("key")) {
    settings.Refuse(
        settings.Has("cert") ? "cert" : "key",
        "cert and key must be given together; they may name the same file");
  } else if (!tls.cert.empty() && !tls.key.empty()) {
    CheckCertificate(settings, tls);
  }
  if (settings.Has("key_password_env") && !settings.Has("key")) {
    settings.Refuse("key_password_env", "requires key");
  }
  if (settings.Has("server_name") && !IsHostName(tls.server_name)) {
    settings.Refuse("server_name",
                    "\"" + tls.server_name + "\" is not a host name");
  }
  return tls;
}

}  // namespace busyhour::internal
