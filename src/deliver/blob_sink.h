#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/http_client.h"
#include "deliver/secrets.h"
#include "deliver/storage_key.h"

namespace busyhour::internal {

/// Appends batches as blocks to append blobs of Azure Storage, in the layout in
/// which Azure stores logs: one blob for each log and hour.
///
/// Missing blobs and containers are created; existing blobs are appended to.
/// After a blob with the maximum number of blocks, the next one is created
/// (`PT1H_2.json`). Each request names the position at which the blob ended and
/// fails if that has changed (`x-ms-blob-condition-appendpos`). If the result
/// is unknown, the blob is read at that position. So no block is stored twice.
/// Appends to one blob are sequential.
class BlobSink : public BatchSink {
 public:
  /// Maximum size of a block in the protocol version used.
  static constexpr std::size_t kMostBlockBytes = 4 << 20;

  struct Options {
    /// `https://ACCOUNT.blob.core.windows.net`, without a final `/`.
    std::string endpoint;
    /// A container for all logs, with one folder for each; if empty, each log
    /// has its own container.
    std::string container;
    /// Exactly one of `key` and `sas` is set.
    std::optional<StorageKey> key;
    std::string sas;  ///< a query, without `?`
    Secrets secrets;
    /// Maximum number of requests in flight.
    std::size_t connections = 4;
  };

  /// The headers that the client keeps.
  static std::vector<std::string> KeptHeaders();

  /// `client` must have room for `Options::connections` requests, and keep
  /// `KeptHeaders()`.
  BlobSink(Options options, std::unique_ptr<HttpClient> client);
  ~BlobSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override;
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;

 private:
  enum class Step : std::uint8_t {
    kCreateContainer,
    kCreate,
    kLook,     ///< get the blob's length
    kCompare,  ///< check whether the blob contains the batch
    kAppend,
  };
  // Identifies a batch: its index and offset.
  using BatchName = std::pair<std::uint64_t, std::uint64_t>;
  struct Place {
    int number = 1;  ///< of the blob within its log and hour, from 1
    std::uint64_t begin = 0;
  };
  // The blob of a log and hour; when it is full, the next one.
  struct Blob {
    std::string container_url;
    std::string url;        ///< of the first blob, without its ending
    int number = 1;         ///< of the blob that is appended to
    bool is_known = false;  ///< whether it exists and `length` is correct
    bool was_full = false;  ///< whether the current batch found a full blob
    std::uint64_t length = 0;
    std::deque<Batch*> waiting;  ///< the first one is in flight
    Step step = Step::kCreate;
    int steps = 0;  ///< taken for the current batch
    /// Batches that may or may not have arrived, and where they would be.
    std::map<BatchName, Place> unsure;
  };

  Blob& BlobOf(const Batch& batch);
  // Drops the state of blobs that have no batches.
  void Forget();
  static BatchName NameOf(const Batch& batch) {
    return {batch.index, batch.offset};
  }
  void Begin(Blob& blob);
  void Append(Blob& blob);
  void Take(Blob& blob, Step step);
  void Start(Blob& blob);
  void StartWaiting();
  void Read(Blob& blob, const HttpClient::Reply& reply);
  bool GoesOn(Blob& blob, const HttpClient::Reply& reply,
              const std::string& code);
  bool AfterCreate(Blob& blob, const HttpClient::Reply& reply,
                   const std::string& code);
  bool AfterLook(Blob& blob, const HttpClient::Reply& reply);
  bool AfterCompare(Blob& blob, const HttpClient::Reply& reply);
  bool AfterAppend(Blob& blob, const HttpClient::Reply& reply,
                   const std::string& code);
  void EndAppended(Blob& blob);
  void BeginNext(Blob& blob);
  void Fail(Blob& blob, const HttpClient::Reply& reply);
  void End(Blob& blob, Receipt receipt);

  const Options options_;
  std::map<std::string, std::unique_ptr<Blob>> blobs_;  // by URL
  std::size_t batches_ = 0;
  std::deque<Blob*> startable_;               // waiting for a connection
  std::map<std::uint64_t, Blob*> under_way_;  // by the tag of their requests
  std::uint64_t next_tag_ = 0;
  std::vector<HttpClient::Reply> replies_;
  std::vector<Receipt> ready_;
  const std::unique_ptr<HttpClient> client_;
};

}  // namespace busyhour::internal
