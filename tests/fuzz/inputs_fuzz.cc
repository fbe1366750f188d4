// Reads any bytes as an input other than a profile or received records.
//
// The first byte selects what the rest is: a manifest `m`, a name map `n`,
// thresholds `t`, a pattern of the rate `p`, reports to be merged `r`, an
// answer to a bulk request `b`, the answer of an HTTP receiver `h`, or the
// answers of a storage account `a`.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/threshold.h"
#include "dataset/json_file.h"
#include "dataset/manifest_reader.h"
#include "deliver/blob_sink.h"
#include "deliver/bulk_answer.h"
#include "deliver/http_client.h"
#include "deliver/http_reply.h"
#include "load/figures.h"
#include "load/pattern.h"
#include "load/report_merge.h"
#include "read/name_map.h"

namespace busyhour::internal {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// A file with this content, which is gone with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) : file_(std::tmpfile()) {
    Require(file_ != nullptr, "a file");
    Require(std::fwrite(content.data(), 1, content.size(), file_) ==
                    content.size() &&
                std::fflush(file_) == 0,
            "a write");
  }
  ~TemporaryFile() { std::fclose(file_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string path() const {
    return "/dev/fd/" + std::to_string(::fileno(file_));
  }

 private:
  std::FILE* file_;
};

void ReadAsManifest(std::string_view text) {
  const TemporaryFile file(text);
  std::vector<Problem> problems;
  const bool is_manifest = ReadManifest(file.path(), problems).has_value();
  Require(is_manifest == problems.empty(), "a manifest, or problems");
  problems.clear();
  const bool has_files = ReadManifestFiles(file.path(), problems).has_value();
  Require(has_files == problems.empty(), "files, or problems");
  Require(has_files || !is_manifest, "a manifest has files");
}

void ReadAsNameMap(std::string_view text) {
  const TemporaryFile file(text);
  std::vector<Problem> problems;
  const NameMap map = ReadNameMap(file.path(), problems);
  ReceivedRecord record;
  record.Clear();
  record.objects.push_back({"azure", 0});
  record.values.push_back({"correlation_id", 1, ValueKind::kText, "a"});
  record.values.push_back({"time", 0, ValueKind::kText, "b"});
  NameUse use;
  Rename(map, record, use);
  AddUnusedNames(map, use, LogSet::All(), problems);
}

void ReadAsThresholds(std::string_view text) {
  const TemporaryFile file(text);
  std::vector<Problem> problems;
  static const std::vector<FigureName> figures = LoadFigures();
  for (const Threshold& each : ReadThresholds(file.path(), figures, problems)) {
    Require(!each.text().empty(), "a threshold has a text");
  }
}

void ReadAsPattern(std::string_view text) {
  for (const double run_seconds : {0.0, 60.0}) {
    std::vector<Problem> problems;
    const TemporaryFile file(text);
    const bool is_file = text.find('\n') != std::string_view::npos;
    const Pattern pattern = ReadPattern(
        is_file ? file.path() : std::string(text), run_seconds, problems);
    if (!problems.empty()) continue;
    double last = 0;
    Require(!pattern.knots.empty() && pattern.knots.front().seconds == 0.0,
            "the first knot is at 0");
    for (const Pattern::Knot& knot : pattern.knots) {
      Require(knot.seconds >= last && knot.factor >= 0.0, "knots in order");
      last = knot.seconds;
    }
  }
}

void ReadAsReports(std::string_view text) {
  const TemporaryFile file(text);
  std::vector<Problem> problems;
  auto json = ReadJsonFile(file.path(), "a report", problems);
  if (!json) return;
  auto other = *json;
  if (other.is_object() && other["job"].is_object() &&
      other["job"]["shard"].is_object()) {
    other["job"]["shard"]["index"] = 1;
  }
  MergeReports({{"a", std::move(*json)}, {"b", std::move(other)}}, problems);
}

// A number from the first bytes, which are removed.
std::uint64_t Take(std::string_view& text, std::size_t bytes) {
  std::uint64_t number = 0;
  for (; bytes > 0 && !text.empty(); --bytes) {
    number = number << 8 | static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
  }
  return number;
}

// The first line, which is removed.
std::string TakeLine(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return std::string(line);
}

HttpReply ReplyFrom(std::string_view& text) {
  constexpr int kStatuses[] = {0,   200, 201, 202, 204, 206, 302, 400, 401, 403,
                               404, 409, 412, 413, 416, 429, 500, 503, 504};
  HttpReply reply;
  reply.status = kStatuses[Take(text, 1) % std::size(kStatuses)];
  const std::uint64_t bits = Take(text, 1);
  reply.is_cut = (bits & 1) != 0;
  reply.was_sent = (bits & 2) != 0;
  reply.is_final = (bits & 4) != 0;
  reply.retry_after = std::chrono::milliseconds(bits & 8 ? Take(text, 2) : 0);
  if (reply.status == 0) reply.error = "connection refused";
  if (reply.status == 302) reply.location = TakeLine(text);
  return reply;
}

void ReadAsHttpAnswer(std::string_view text) {
  constexpr HttpDialect kDialects[] = {
      HttpDialect::kStatus, HttpDialect::kElastic, HttpDialect::kSplunk,
      HttpDialect::kLoki, HttpDialect::kOtlp};
  const HttpDialect dialect = kDialects[Take(text, 1) % std::size(kDialects)];
  HttpReply reply = ReplyFrom(text);
  reply.body = text;
  Batch batch;
  batch.records = 3;
  batch.bytes = "abc";
  batch.ends = {1, 2, 3};
  Receipt receipt;
  receipt.batch = &batch;
  ReadReply(dialect, reply, Secrets(), receipt);
  Require(receipt.kind != Receipt::Kind::kAcknowledged ||
              (reply.status >= 200 && reply.status < 300),
          "only success is an acknowledgement");
  for (const std::uint32_t each : receipt.refused) {
    Require(each < batch.records, "a refused record is one of the batch");
  }
  for (const std::string& words : {receipt.error, receipt.answer}) {
    for (const char c : words) {
      Require(c >= ' ' && c <= '~', "words of a receiver are printable");
    }
  }
}

// Answers every request with the next bytes.
class FuzzedClient : public HttpClient {
 public:
  explicit FuzzedClient(std::string_view& text) : text_(text) {}

  Status TryConnecting(const std::string&, const std::string&) override {
    return Status::Ok();
  }
  bool HasRoom() const noexcept override { return true; }
  void Start(HttpRequest, std::uint64_t tag) override { tags_.push_back(tag); }
  void Poll(std::chrono::nanoseconds, std::vector<Reply>& replies) override {
    for (const std::uint64_t tag : std::exchange(tags_, {})) {
      Reply& reply = replies.emplace_back();
      static_cast<HttpReply&>(reply) = ReplyFrom(text_);
      reply.tag = tag;
      for (std::size_t i = 0; i < BlobSink::KeptHeaders().size(); ++i) {
        reply.headers.push_back(TakeLine(text_));
      }
      reply.body = TakeLine(text_);
    }
  }

 private:
  std::string_view& text_;
  std::vector<std::uint64_t> tags_;
};

void ReadAsBlobAnswers(std::string_view text) {
  BlobSink::Options options;
  options.endpoint = "http://127.0.0.1";
  options.sas = "sig=a";
  BlobSink sink(std::move(options), std::make_unique<FuzzedClient>(text));
  Batch batches[3];
  for (std::size_t i = 0; i < std::size(batches); ++i) {
    batches[i].index = i;
    batches[i].bytes = "{}\n";
    batches[i].ends = {3};
    batches[i].records = 1;
    batches[i].category = "Usage";
    batches[i].hour = static_cast<std::int64_t>(i / 2);
    batches[i].resource = "/SUBSCRIPTIONS/A";
    sink.Send(batches[i]);
  }
  // Each batch gets one receipt after a limited number of requests.
  std::vector<Receipt> receipts;
  for (int polls = 0; polls < 1000; ++polls) {
    if (receipts.size() >= std::size(batches)) break;
    sink.Poll(std::chrono::nanoseconds(0), receipts);
  }
  Require(receipts.size() == std::size(batches), "a receipt for each batch");
}

void Read(char kind, std::string_view text) {
  switch (kind) {
    case 'm':
      return ReadAsManifest(text);
    case 'n':
      return ReadAsNameMap(text);
    case 't':
      return ReadAsThresholds(text);
    case 'p':
      return ReadAsPattern(text);
    case 'r':
      return ReadAsReports(text);
    case 'b':
      ReadBulkAnswer(std::string(text), 1000);
      return;
    case 'h':
      return ReadAsHttpAnswer(text);
    case 'a':
      return ReadAsBlobAnswers(text);
    default:
      return;
  }
}

}  // namespace
}  // namespace busyhour::internal

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  busyhour::internal::Read(static_cast<char>(data[0]),
                           {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
