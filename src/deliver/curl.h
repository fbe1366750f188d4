#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "deliver/tls_options.h"

// Shared code of everything that uses libcurl. No other file includes libcurl's
// headers.

namespace busyhour::internal {

/// Throws `InputError` if this build of libcurl refuses the option, and
/// `std::bad_alloc` if there is not enough memory.
void CheckOption(CURLoption option, CURLcode code);

/// Sets an option of the handle, or throws as `CheckOption` does.
template <typename Value>
void SetOption(CURL* easy, CURLoption option, Value value) {
  CheckOption(option, curl_easy_setopt(easy, option, value));
}

struct EasyCleanup {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
/// Owns a handle.
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;

struct MultiCleanup {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
/// Owns a handle of several transfers. Destroy it after their removal.
using MultiHandle = std::unique_ptr<CURLM, MultiCleanup>;
/// Throws `std::bad_alloc` if there is not enough memory.
MultiHandle NewMultiHandle();

/// Adds a transfer to the handle. Throws `std::bad_alloc` if there is not
/// enough memory, and `std::runtime_error` if libcurl refuses it for another
/// reason.
void AddTransfer(CURLM* multi, CURL* easy);

/// A handle that verifies certificates, uses no proxy and raises no signals.
/// Throws `InputError` with the reason if libcurl cannot be set up.
EasyHandle NewEasyHandle(const TlsOptions& tls,
                         std::chrono::milliseconds connect_timeout);

/// A receiver's URL with the name that is requested (SNI) and verified, and the
/// host to which libcurl connects for it.
class NamedAddress {
 public:
  /// If `server_name` is empty, `url` stays unchanged.
  NamedAddress(const std::string& url, const std::string& server_name);
  const std::string& url() const noexcept { return url_; }
  /// Sets both for the handle. This object must outlive their use.
  void SetFor(CURL* easy) const;

 private:
  std::string url_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> connect_to_;
};

/// Waits after the handshake for a receiver that refuses our certificate, or
/// demands one: with TLS 1.3, it can do so only then. Waits for some of its
/// round trips and for at least a quarter of a second, or until the receiver
/// sends anything else. Returns the refusal as a message; empty if there is
/// none. `details` is the content of the handle's error buffer.
std::string WaitForRefusal(CURL* easy, const char* details);

/// Why the receiver has ended TLS.
struct Refusal {
  std::string words;  ///< empty if there is none
  /// Whether the receiver does not accept our certificate, or demands one. A
  /// retry has the same result.
  bool is_of_certificate = false;
};

/// The refusal in an error's details, if they name an alert from the receiver.
Refusal RefusalIn(std::string_view details);

/// Tells the receiver that no more data follows: sends close_notify, then shuts
/// down the sending side of the socket.
void EndWriting(CURL* easy);

/// An error in a few words that do not vary between occurrences. `system_error`
/// is an errno, or 0.
std::string CurlWords(CURLcode code, long system_error, bool was_connected);

/// Why the handle could not connect. `details` is the content of its error
/// buffer.
std::string ConnectError(CURL* easy, CURLcode code, const char* details);

/// Whether the error concerns a certificate: the receiver's, our own, or the
/// list of trusted ones.
bool IsCertificateError(CURLcode code);

}  // namespace busyhour::internal
