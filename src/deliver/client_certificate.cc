#include "deliver/client_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

namespace busyhour::internal {
namespace {

using Part = CertificateProblem::Part;

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

struct Password {
  const std::string* text;
  bool was_asked_for = false;
};

int GivePassword(char* buffer, int size, int, void* user) {
  auto& password = *static_cast<Password*>(user);
  password.was_asked_for = true;
  const std::string& text = *password.text;
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

std::string Quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

std::vector<CertificateProblem> FindCertificateProblems(const TlsOptions& tls) {
  std::vector<CertificateProblem> problems;
  const Bio cert_file(BIO_new_file(tls.cert.c_str(), "r"));
  const Certificate cert(
      cert_file ? PEM_read_bio_X509(cert_file.get(), nullptr, nullptr, nullptr)
                : nullptr);
  if (!cert) {
    problems.push_back(
        {Part::kCert, Quoted(tls.cert) + " contains no certificate (PEM)"});
  }
  Password password{&tls.key_password};
  const Bio key_file(BIO_new_file(tls.key.c_str(), "r"));
  const Key key(key_file ? PEM_read_bio_PrivateKey(key_file.get(), nullptr,
                                                   GivePassword, &password)
                         : nullptr);
  if (!key && !password.was_asked_for) {
    problems.push_back(
        {Part::kKey, Quoted(tls.key) + " contains no private key (PEM)"});
  } else if (!key && tls.key_password.empty()) {
    problems.push_back(
        {Part::kKey, Quoted(tls.key) +
                         " is encrypted: key_password_env must name the "
                         "variable that contains its password"});
  } else if (!key) {
    problems.push_back(
        {Part::kPassword,
         "the variable's value is not the password of " + Quoted(tls.key)});
  } else if (cert && X509_check_private_key(cert.get(), key.get()) != 1) {
    problems.push_back({Part::kKey, Quoted(tls.key) + " is not the key of " +
                                        Quoted(tls.cert)});
  }
  ERR_clear_error();
  return problems;
}

}  // namespace busyhour::internal
