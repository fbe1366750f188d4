#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/http_client.h"
#include "deliver/secrets.h"
#include "deliver/storage_key.h"

namespace busyhour {

/// Batches to append blobs of Azure Storage, each a block, in the layout in
/// which Azure itself stores logs: a blob for each log and hour.
///
/// Blobs and containers that are not there are created; one that is there is
/// appended to. After one that has all the blocks that a blob can have, there
/// is a next one (`PT1H_2.json`). A block goes to the position where its blob
/// ended, or nowhere
/// (`x-ms-blob-condition-appendpos`), and when nobody knows whether it went
/// there, the blob is read: so no block is ever there twice. Appends to one
/// blob are one after the other.
class BlobSink : public BatchSink {
 public:
  /// A block's bytes at most, for the version of the protocol that is spoken.
  static constexpr std::size_t kMostBlockBytes = 4 << 20;

  struct Options {
    /// `https://ACCOUNT.blob.core.windows.net`, without a `/` at its end.
    std::string endpoint;
    /// All logs go there, each into a folder that is called as its own would
    /// be; empty for a container for each log.
    std::string container;
    /// One of both.
    std::optional<StorageKey> key;
    std::string sas;  ///< a query, without its `?`
    Secrets secrets;
    HttpClient::Options client;
  };

  explicit BlobSink(Options options);
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
    kLook,     ///< how long is the blob?
    kCompare,  ///< does it hold the batch where that was sent to?
    kAppend,
  };
  // What identifies a batch: its number and its part's offset.
  using BatchName = std::pair<std::uint64_t, std::uint64_t>;
  struct Place {
    int number = 1;  ///< of a blob among those of its log and hour
    std::uint64_t begin = 0;
  };
  // The blob of a log and hour, and when that is full, the next one.
  struct Blob {
    std::string container_url;
    std::string url;        ///< of the first, without its ending
    int number = 1;         ///< of the one that is appended to
    bool is_known = false;  ///< whether it is there and `length` is right
    bool was_full = false;  ///< whether the batch under way found one full
    std::uint64_t length = 0;
    std::deque<Batch*> waiting;  ///< the first one is under way
    Step step = Step::kCreate;
    int steps = 0;  ///< taken for the batch under way
    /// The batches of which nobody knows whether they have arrived, and where
    /// they would be.
    std::map<BatchName, Place> unsure;
  };

  Blob& BlobOf(const Batch& batch);
  // Drops what is known of blobs that nothing is sent to.
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
  void Fail(Blob& blob, const HttpClient::Reply& reply);
  void End(Blob& blob, Receipt receipt);

  const Options options_;
  std::map<std::string, std::unique_ptr<Blob>> blobs_;  // by URL
  std::size_t batches_ = 0;
  std::deque<Blob*> startable_;  // whose step waits for a connection
  std::map<std::uint64_t, Blob*> under_way_;  // by the tag of its request
  std::uint64_t next_tag_ = 0;
  std::vector<HttpClient::Reply> replies_;
  std::vector<Receipt> ready_;
  HttpClient client_;
};

}  // namespace busyhour
