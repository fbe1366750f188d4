#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "deliver/tls_options.h"

// What all users of libcurl here share. Its headers are included here and
// nowhere else.

namespace busyhour {

/// Throws `InputError` when libcurl, as it was built, refuses the option, and
/// `std::bad_alloc` when it has no memory.
void CheckOption(CURLoption option, CURLcode code);

/// Sets an option of the handle, or throws as `CheckOption` does.
template <typename Value>
void SetOption(CURL* easy, CURLoption option, Value value) {
  CheckOption(option, curl_easy_setopt(easy, option, value));
}

/// A handle that verifies certificates, uses no proxy and raises no signals.
/// Throws `InputError` with the reason when libcurl cannot be set up.
CURL* NewEasyHandle(const TlsOptions& tls,
                    std::chrono::milliseconds connect_timeout);

/// The receiver's address with the name that it is asked for and verified by,
/// and where libcurl then finds it.
class NamedAddress {
 public:
  /// `url` as it is, when `server_name` is empty.
  NamedAddress(const std::string& url, const std::string& server_name);
  const std::string& url() const noexcept { return url_; }
  /// For as long as this lives.
  void SetFor(CURL* easy) const;

 private:
  std::string url_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> connect_to_;
};

/// Waits after the handshake for a receiver that refuses our certificate, or
/// that there is none, which TLS 1.3 lets it do only then: for some of its
/// round trips, and a quarter of a second at least, unless it says something
/// else. The refusal in words; empty when there is none. `details` is what the
/// handle's error buffer holds.
std::string WaitForRefusal(CURL* easy, const char* details);

/// Why the receiver has ended TLS.
struct Refusal {
  std::string words;  ///< empty when there is none
  /// Whether it does not take our certificate, or wants one: that will not
  /// change.
  bool is_of_certificate = false;
};

/// What an error's details say of an alert that the receiver has sent.
Refusal RefusalIn(std::string_view details);

/// Says over TLS that nothing more comes, and then to the system.
void EndWriting(CURL* easy);

/// An error in few words that do not change from time to time. `system_error`
/// is an errno, or 0.
std::string CurlWords(CURLcode code, long system_error, bool was_connected);

/// Why the handle could not connect; `details` is what its error buffer holds.
std::string ConnectError(CURL* easy, CURLcode code, const char* details);

/// Whether the receiver's certificate, or our list of them, is not good.
bool IsCertificateError(CURLcode code);

}  // namespace busyhour
