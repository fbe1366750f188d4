#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/blob_sink.h"
#include "deliver/http_client.h"
#include "framing/frame.h"
#include "sender_simulation/chance.h"
#include "sender_simulation/stored_records.h"

namespace busyhour::internal {

/// What a simulated HTTP receiver does with the requests that it takes.
class HttpService {
 public:
  /// An `HttpRequest` with a body of its own, uncompressed.
  struct Request {
    std::string method;
    std::string url;
    std::vector<std::string> headers;
    std::string body;
    std::size_t most_answer = 0;
  };

  virtual ~HttpService() = default;
  /// Does what is asked, and sets the answer.
  virtual void Serve(const Request& request, HttpClient::Reply& reply) = 0;
  /// After the run: stores what was taken, unless it is stored already.
  virtual void Finish() {}
};

/// Takes records, in one of the frames `jsonl`, `elastic` and `splunk`.
class RecordService : public HttpService {
 public:
  /// `stored` must outlive it.
  RecordService(Chance chance, Frame frame, StoredRecords& stored)
      : chance_(chance), frame_(frame), stored_(stored) {}

  void Serve(const Request& request, HttpClient::Reply& reply) override;

 private:
  std::vector<int> TakeRecords(std::string_view body);
  int TakeRecord(std::string_view text);
  std::string BulkAnswer(const std::vector<int>& statuses);

  Chance chance_;
  const Frame frame_;
  StoredRecords& stored_;
};

/// Stores append blobs as Azure Storage does.
class BlobService : public HttpService {
 public:
  /// A blob has `most_blocks` at most. `stored` must outlive it.
  BlobService(std::size_t most_blocks, StoredRecords& stored)
      : most_blocks_(most_blocks), stored_(stored) {}

  void Serve(const Request& request, HttpClient::Reply& reply) override;
  void Finish() override;

 private:
  struct Blob {
    std::string content;
    std::size_t blocks = 0;
  };

  void Create(const std::string& path, HttpClient::Reply& reply);
  void Append(Blob& blob, const Request& request, HttpClient::Reply& reply);
  static void Read(const Blob& blob, const Request& request,
                   HttpClient::Reply& reply);

  const std::size_t most_blocks_;
  StoredRecords& stored_;
  std::set<std::string> containers_;
  std::map<std::string, Blob> blobs_;  // by path
};

}  // namespace busyhour::internal
