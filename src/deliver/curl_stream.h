#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "deliver/curl.h"
#include "deliver/tls_options.h"

namespace busyhour::internal {

/// A connection over TCP or TLS that sends and receives bytes, made with
/// libcurl. The receiver's certificate is verified. For one thread.
class CurlStream {
 public:
  struct Options {
    std::string host;  ///< an IPv6 address without its brackets
    int port = 0;
    bool is_tls = false;
    std::chrono::milliseconds connect_timeout{5000};
    TlsOptions tls;
  };
  enum class State : std::uint8_t { kClosed, kConnecting, kConnected };
  enum class Result : std::uint8_t {
    kDone,
    kAgain,   ///< not now
    kClosed,  ///< closed by the receiver, in order
    kFailed,  ///< see `error`
  };

  explicit CurlStream(Options options);
  ~CurlStream();
  CurlStream(const CurlStream&) = delete;
  CurlStream& operator=(const CurlStream&) = delete;

  /// Starts to connect.
  void Connect();
  /// Continues to connect, waiting for `wait` at most. The stream is closed
  /// again if it could not be connected; `error` gives the reason.
  void GoOnConnecting(std::chrono::nanoseconds wait);
  void Close();

  State state() const noexcept { return state_; }
  /// The socket, if connected.
  int fd() const noexcept { return fd_; }
  /// Sets `count` to the number of bytes that were sent or received.
  Result Send(std::string_view bytes, std::size_t& count);
  Result Receive(char* bytes, std::size_t size, std::size_t& count);

  /// Why the stream failed, in a few words.
  const std::string& error() const noexcept { return error_; }
  /// Whether a certificate is the reason, so that a retry has the same result.
  bool is_error_final() const noexcept { return is_error_final_; }

 private:
  void Lose();

  const Options options_;
  MultiHandle multi_;
  EasyHandle easy_;  // null if closed
  std::optional<NamedAddress> address_;
  // libcurl's error buffer.
  std::array<char, CURL_ERROR_SIZE> details_{};
  State state_ = State::kClosed;
  int fd_ = -1;
  std::string error_;
  bool is_error_final_ = false;
};

}  // namespace busyhour::internal
