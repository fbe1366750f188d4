#include "deliver/blob_sink.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/units.h"
#include "deliver/storage_path.h"

namespace busyhour::internal {
namespace {

constexpr const char* kStorageVersion = "2021-12-02";
// Batches that may wait, per connection.
constexpr std::size_t kBatchesAConnection = 4;
// Maximum number of requests for one attempt to send a batch.
constexpr int kMostSteps = 12;
constexpr std::size_t kMostKnownBlobs = 1000;
// Maximum number of blobs for a log and hour; each has 50,000 blocks.
constexpr int kMostNumber = 1000;
constexpr std::string_view kEnding = ".json";

// Statuses of HTTP.
constexpr int kSuccess = 200;
constexpr int kCreated = 201;
constexpr int kPartialContent = 206;
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 412;
constexpr int kRangeNotSatisfiable = 416;

// Indices of the kept headers in `Reply::headers`.
enum KeptHeader : std::size_t { kContentLength, kErrorCode };

// URL of the blob with this number: `.../PT1H.json`, `.../PT1H_2.json`.
std::string UrlOf(const std::string& stem, int number) {
  const std::string part = number == 1 ? "" : '_' + std::to_string(number);
  return stem + part + std::string(kEnding);
}

// Whether the error code means that the blob takes no more blocks.
bool IsFull(const std::string& code) {
  return code == "BlockCountExceedsLimit" ||
         code == "MaxBlobSizeConditionNotMet";
}

std::string ErrorCodeOf(const HttpClient::Reply& reply) {
  return reply.headers.size() > kErrorCode ? reply.headers[kErrorCode] : "";
}

// A signature contains the time of day and is valid for a quarter of an hour.
std::int64_t SecondsNow() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::vector<std::string> BlobSink::KeptHeaders() {
  return {"Content-Length", "x-ms-error-code"};
}

BlobSink::BlobSink(Options options, std::unique_ptr<HttpClient> client)
    : options_(std::move(options)), client_(std::move(client)) {}

BlobSink::~BlobSink() = default;

Status BlobSink::Open() {
  return client_->TryConnecting(options_.endpoint, options_.endpoint);
}

bool BlobSink::HasRoom() const noexcept {
  return batches_ < options_.connections * kBatchesAConnection;
}

BlobSink::Blob& BlobSink::BlobOf(const Batch& batch) {
  std::string container = StorageContainerOf(batch.category);
  std::string path = "/resourceId=" + std::string(batch.resource) +
                     StorageTimePath({batch.hour * kMsPerHour}) +
                     std::string(kStorageBlobName);
  if (!options_.container.empty()) {
    path = '/' + container + path;
    container = options_.container;
  }
  std::string url = options_.endpoint + '/' + container;
  std::string blob_url = url + path;
  blob_url.resize(blob_url.size() - kEnding.size());
  const auto at = blobs_.find(blob_url);
  if (at != blobs_.end()) return *at->second;
  if (blobs_.size() >= kMostKnownBlobs) Forget();
  auto blob = std::make_unique<Blob>();
  blob->container_url = std::move(url);
  blob->url = blob_url;
  return *blobs_.emplace(std::move(blob_url), std::move(blob)).first->second;
}

void BlobSink::Forget() {
  std::erase_if(blobs_, [](const auto& entry) {
    return entry.second->waiting.empty() && entry.second->unsure.empty();
  });
}

void BlobSink::Send(Batch& batch) {
  ++batches_;
  Blob& blob = BlobOf(batch);
  blob.waiting.push_back(&batch);
  if (blob.waiting.size() == 1) Begin(blob);
}

// Starts with the first waiting batch.
void BlobSink::Begin(Blob& blob) {
  blob.steps = 0;
  blob.was_full = false;
  const auto unsure = blob.unsure.find(NameOf(*blob.waiting.front()));
  if (unsure == blob.unsure.end()) {
    Append(blob);
  } else if (unsure->second.number == blob.number) {
    Take(blob, Step::kLook);
  } else {
    // Nothing is appended to that blob any more.
    Take(blob, Step::kCompare);
  }
}

void BlobSink::Append(Blob& blob) {
  Take(blob, blob.is_known ? Step::kAppend : Step::kCreate);
}

void BlobSink::Take(Blob& blob, Step step) {
  if (++blob.steps > kMostSteps) {
    Receipt receipt;
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = "the blob keeps changing";
    End(blob, std::move(receipt));
    return;
  }
  blob.step = step;
  startable_.push_back(&blob);
  StartWaiting();
}

void BlobSink::StartWaiting() {
  while (!startable_.empty() && client_->HasRoom()) {
    Blob& blob = *startable_.front();
    startable_.pop_front();
    Start(blob);
  }
}

void BlobSink::Start(Blob& blob) {
  const Batch& batch = *blob.waiting.front();
  HttpRequest request;
  request.method = "PUT";
  request.url = UrlOf(blob.url, blob.number);
  std::string query;
  switch (blob.step) {
    case Step::kCreateContainer:
      request.url = blob.container_url;
      query = "restype=container";
      break;
    case Step::kCreate:
      request.headers = {"If-None-Match: *", "x-ms-blob-type: AppendBlob",
                         "x-ms-blob-content-type: application/json"};
      break;
    case Step::kLook:
      request.method = "HEAD";
      break;
    case Step::kCompare: {
      const Place& place = blob.unsure.at(NameOf(batch));
      request.method = "GET";
      request.url = UrlOf(blob.url, place.number);
      request.headers = {"x-ms-range: bytes=" + std::to_string(place.begin) +
                         '-' +
                         std::to_string(place.begin + batch.bytes.size() - 1)};
      request.most_answer = batch.bytes.size();
      break;
    }
    case Step::kAppend:
      query = "comp=appendblock";
      request.headers = {"x-ms-blob-condition-appendpos: " +
                         std::to_string(blob.length)};
      request.body = batch.bytes;
      break;
  }
  // Prevents libcurl from adding its default.
  request.headers.push_back("Content-Type:");
  request.headers.push_back(std::string("x-ms-version: ") + kStorageVersion);
  request.headers.push_back("x-ms-date: " + HttpDate(SecondsNow()));
  if (!query.empty()) request.url += '?' + query;
  if (options_.key) {
    request.headers.push_back(
        "Authorization: " +
        options_.key->Authorization(request.method, request.url,
                                    request.headers, request.body.size()));
  } else {
    request.url += (query.empty() ? '?' : '&') + options_.sas;
  }
  const std::uint64_t tag = next_tag_++;
  under_way_[tag] = &blob;
  client_->Start(std::move(request), tag);
}

void BlobSink::Read(Blob& blob, const HttpClient::Reply& reply) {
  const std::string code = ErrorCodeOf(reply);
  if (!GoesOn(blob, reply, code)) Fail(blob, reply);
}

// Does what follows from the reply; false if it is none of those for the step.
bool BlobSink::GoesOn(Blob& blob, const HttpClient::Reply& reply,
                      const std::string& code) {
  switch (blob.step) {
    case Step::kCreateContainer:
      if (reply.status != kCreated && code != "ContainerAlreadyExists") break;
      Take(blob, Step::kCreate);
      return true;
    case Step::kCreate:
      return AfterCreate(blob, reply, code);
    case Step::kLook:
      return AfterLook(blob, reply);
    case Step::kCompare:
      return AfterCompare(blob, reply);
    case Step::kAppend:
      return AfterAppend(blob, reply, code);
  }
  return false;
}

bool BlobSink::AfterCreate(Blob& blob, const HttpClient::Reply& reply,
                           const std::string& code) {
  if (reply.status == kCreated) {
    blob.is_known = true;
    blob.length = 0;
    Take(blob, Step::kAppend);
    return true;
  }
  if (reply.status == kPreconditionFailed || code == "BlobAlreadyExists") {
    Take(blob, Step::kLook);
    return true;
  }
  if (reply.status == kNotFound && code == "ContainerNotFound") {
    Take(blob, Step::kCreateContainer);
    return true;
  }
  return false;
}

bool BlobSink::AfterLook(Blob& blob, const HttpClient::Reply& reply) {
  if (reply.status == kNotFound) {
    blob.is_known = false;
    Take(blob, Step::kCreate);
    return true;
  }
  if (reply.status != kSuccess) return false;
  const Batch& batch = *blob.waiting.front();
  blob.length = ParseUnsigned(reply.headers[kContentLength]).value_or(0);
  blob.is_known = true;
  const auto unsure = blob.unsure.find(NameOf(batch));
  const bool may_be_there =
      unsure != blob.unsure.end() && unsure->second.number == blob.number &&
      unsure->second.begin + batch.bytes.size() <= blob.length;
  Take(blob, may_be_there ? Step::kCompare : Step::kAppend);
  return true;
}

bool BlobSink::AfterCompare(Blob& blob, const HttpClient::Reply& reply) {
  const bool has_bytes =
      reply.status == kSuccess || reply.status == kPartialContent;
  // A missing or shorter blob does not contain the batch.
  if (!has_bytes && reply.status != kNotFound &&
      reply.status != kRangeNotSatisfiable) {
    return false;
  }
  const Batch& batch = *blob.waiting.front();
  const bool is_there = has_bytes && !reply.is_cut && reply.body == batch.bytes;
  blob.unsure.erase(NameOf(batch));
  if (is_there) {
    End(blob, Receipt());
  } else {
    Append(blob);
  }
  return true;
}

bool BlobSink::AfterAppend(Blob& blob, const HttpClient::Reply& reply,
                           const std::string& code) {
  if (reply.status == kCreated) {
    EndAppended(blob);
    return true;
  }
  // An empty blob cannot be full.
  if (IsFull(code) && blob.length > 0 && blob.number < kMostNumber) {
    BeginNext(blob);
    return true;
  }
  if (reply.status == kNotFound) {
    blob.is_known = false;
    Take(blob, Step::kCreate);
    return true;
  }
  // Any other failed condition has another cause, such as a lease.
  if (reply.status == kPreconditionFailed &&
      (code.empty() || code == "AppendPositionConditionNotMet")) {
    blob.unsure[NameOf(*blob.waiting.front())] = {blob.number, blob.length};
    Take(blob, Step::kLook);
    return true;
  }
  return false;
}

void BlobSink::EndAppended(Blob& blob) {
  const Batch& batch = *blob.waiting.front();
  blob.length += batch.bytes.size();
  blob.unsure.erase(NameOf(batch));
  Receipt receipt;
  if (blob.was_full) {
    receipt.remark = "a blob was full; continued in a new one";
    receipt.answer = UrlOf(std::string(kStorageBlobName.substr(
                               0, kStorageBlobName.size() - kEnding.size())),
                           blob.number);
  }
  End(blob, std::move(receipt));
}

// Goes on in the blob that follows a full one.
void BlobSink::BeginNext(Blob& blob) {
  ++blob.number;
  blob.steps = 0;
  blob.is_known = false;
  blob.was_full = true;
  // An earlier attempt may have filled the blob.
  if (blob.unsure.contains(NameOf(*blob.waiting.front()))) {
    Take(blob, Step::kCompare);
  } else {
    Append(blob);
  }
}

// Handles the remaining cases: no answer, or one that ends this attempt.
void BlobSink::Fail(Blob& blob, const HttpClient::Reply& reply) {
  Receipt receipt;
  ReadReply(HttpDialect::kStatus, reply, options_.secrets, receipt);
  if (receipt.kind == Receipt::Kind::kAcknowledged) {
    receipt.kind = Receipt::Kind::kRetry;
    receipt.error = "not an answer from a blob store";
  }
  if (ErrorCodeOf(reply) == "ContainerBeingDeleted") {
    receipt.kind = Receipt::Kind::kRetry;
  }
  if (receipt.kind == Receipt::Kind::kRetry && blob.step == Step::kAppend &&
      (reply.was_sent || reply.status != 0)) {
    blob.unsure[NameOf(*blob.waiting.front())] = {blob.number, blob.length};
  }
  // The blob is read before the batch is sent again.
  receipt.may_have_arrived = false;
  End(blob, std::move(receipt));
}

void BlobSink::End(Blob& blob, Receipt receipt) {
  receipt.batch = blob.waiting.front();
  blob.waiting.pop_front();
  --batches_;
  ready_.push_back(std::move(receipt));
  if (!blob.waiting.empty()) Begin(blob);
}

void BlobSink::Poll(std::chrono::nanoseconds wait,
                    std::vector<Receipt>& receipts) {
  if (!ready_.empty()) wait = std::chrono::nanoseconds(0);
  replies_.clear();
  client_->Poll(wait, replies_);
  for (const HttpClient::Reply& reply : replies_) {
    const auto at = under_way_.find(reply.tag);
    Blob& blob = *at->second;
    under_way_.erase(at);
    Read(blob, reply);
  }
  StartWaiting();
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

}  // namespace busyhour::internal
