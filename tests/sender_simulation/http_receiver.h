#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "deliver/compressor.h"
#include "deliver/http_client.h"
#include "sender_simulation/chance.h"
#include "sender_simulation/http_service.h"
#include "sender_simulation/stored_records.h"

namespace busyhour::internal {

/// A simulated HTTP receiver, reached without a network. Good and bad times
/// follow each other: it answers slowly, not at all, asks to come again later,
/// breaks connections before or after it has taken a request, or takes it
/// twice.
class HttpReceiver : public HttpClient {
 public:
  struct Options {
    std::size_t connections = 4;
    Nanos timeout = 30 * kNanosPerSecond;
    /// Larger bodies are refused from this time on.
    std::size_t most_bytes = 64 << 20;
    Nanos limited_from = 0;
    /// Share of bad times.
    double badness = 0.3;
    bool is_gzip = false;  ///< whether bodies are compressed
    /// No request is authorized from then on.
    Nanos closes_at = kNever;
  };

  /// The clock must outlive it.
  HttpReceiver(Chance chance, SimulatedClock& clock, const Options& options,
               std::unique_ptr<HttpService> service)
      : chance_(chance),
        clock_(clock),
        options_(options),
        service_(std::move(service)) {}

  Status TryConnecting(const std::string&, const std::string&) override {
    return Status::Ok();
  }
  bool HasRoom() const noexcept override;
  void Start(HttpRequest request, std::uint64_t tag) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Reply>& replies) override;

  /// After the run: takes what it would have taken later.
  void Finish();
  /// Number of requests that came although it had asked to wait.
  std::uint64_t impatient() const { return impatient_; }

 private:
  enum class Mood : std::uint8_t {
    kGood,
    kSlow,
    kBusy,
    kBroken,
    kUnreachable,
    kResetting,
    kSilent
  };
  struct Exchange {
    HttpService::Request request;
    Nanos take_at = kNever;  // `kNever`: it is not taken
    Nanos reply_at = kNever;
    Reply reply;
    bool is_answered = true;  // as the service answers
    bool is_replied = false;
  };

  Mood MoodAt(Nanos now);
  void Refuse(Exchange& exchange, int status);
  void TakeAndLoseAnswer(Exchange& exchange, double taken_share);
  void Decide(Exchange& exchange, Nanos now);
  // Makes everything happen up to this time.
  void Advance(Nanos now, std::vector<Reply>& replies);
  void Take(Exchange& exchange);

  Chance chance_;
  SimulatedClock& clock_;
  const Options options_;
  const std::unique_ptr<HttpService> service_;
  const std::unique_ptr<Compressor> compressor_ = NewGzipCompressor();
  std::vector<Exchange> exchanges_;
  Mood mood_ = Mood::kGood;
  Nanos mood_until_ = 0;
  Nanos quiet_until_ = 0;
  std::uint64_t impatient_ = 0;
};

}  // namespace busyhour::internal
