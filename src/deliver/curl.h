#pragma once

#include <curl/curl.h>

#include <chrono>
#include <new>
#include <string>

// What all users of libcurl here share. Its headers are included here and
// nowhere else.

namespace busyhour {

/// Throws when libcurl has no memory, or was built without what is asked.
template <typename Value>
void SetOption(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
    throw std::bad_alloc();
  }
}

/// A handle that verifies certificates by those in file `ca`, or the system's
/// when it is empty, uses no proxy and raises no signals.
CURL* NewEasyHandle(const std::string& ca,
                    std::chrono::milliseconds connect_timeout);

/// An error in few words that do not change from time to time. `system_error`
/// is an errno, or 0.
std::string CurlWords(CURLcode code, long system_error, bool was_connected);

/// Why the handle could not connect; `details` is what its error buffer holds.
std::string ConnectError(CURL* easy, CURLcode code, const char* details);

/// Whether the receiver's certificate, or our list of them, is not good.
bool IsCertificateError(CURLcode code);

}  // namespace busyhour
