#include "sender_simulation/http_service.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {
namespace {

// A status with an error code, which the client keeps as a header.
void Answer(HttpClient::Reply& reply, int status, const char* code = "",
            std::size_t length = 0) {
  reply.status = status;
  reply.headers = {std::to_string(length), code};
}

// The value of a header; empty if there is none.
std::string HeaderOf(const HttpService::Request& request,
                     std::string_view name) {
  for (const std::string& header : request.headers) {
    if (header.starts_with(name)) return header.substr(name.size());
  }
  return "";
}

}  // namespace

void RecordService::Serve(const Request& request, HttpClient::Reply& reply) {
  const std::vector<int> statuses = TakeRecords(request.body);
  if (frame_ != Frame::kElastic && chance_.Is(0.01)) {
    TakeRecords(request.body);
    stored_.own_copies += statuses.size();
  }
  reply.status = 200;
  if (frame_ == Frame::kElastic) reply.body = BulkAnswer(statuses);
  if (frame_ == Frame::kSplunk) {
    reply.body = chance_.Is(0.02) ? "welcome" : R"({"text":"","code":0})";
  }
}

std::vector<int> RecordService::TakeRecords(std::string_view body) {
  std::vector<int> statuses;
  while (!body.empty()) {
    std::size_t end = body.find('\n');
    if (frame_ == Frame::kElastic) end = body.find('\n', end + 1);
    statuses.push_back(TakeRecord(body.substr(0, end)));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  }
  return statuses;
}

int RecordService::TakeRecord(std::string_view text) {
  if (frame_ != Frame::kElastic) {
    stored_.Add(text, text);
    return 200;
  }
  if (stored_.CountOf(std::string(text)) > 0) return 409;
  // Some records are never accepted, others not always.
  if (std::hash<std::string_view>()(text) % 97 == 0) return 400;
  if (chance_.Is(0.01)) return 429;
  stored_.Add(text, text.substr(text.find('\n') + 1));
  return 201;
}

std::string RecordService::BulkAnswer(const std::vector<int>& statuses) {
  bool any_error = false;
  std::string items;
  for (const int status : statuses) {
    any_error = any_error || status >= 300;
    items += (items.empty() ? "" : ",") +
             (R"({"create":{"status":)" + std::to_string(status) + "}}");
  }
  std::string answer = std::string(R"({"errors":)") +
                       (any_error ? "true" : "false") + R"(,"items":[)" +
                       items + "]}";
  if (chance_.Is(0.02)) answer.resize(answer.size() / 2);
  return answer;
}

void BlobService::Serve(const Request& request, HttpClient::Reply& reply) {
  const std::string path = request.url.substr(0, request.url.find('?'));
  const std::string query = request.url.substr(path.size());
  if (query.starts_with("?restype=container")) {
    const bool is_new = containers_.insert(path).second;
    return Answer(reply, is_new ? 201 : 409,
                  is_new ? "" : "ContainerAlreadyExists");
  }
  const auto at = blobs_.find(path);
  const bool is_append = query.starts_with("?comp=appendblock");
  if (request.method == "PUT" && !is_append) return Create(path, reply);
  if (at == blobs_.end()) return Answer(reply, 404, "BlobNotFound");
  if (is_append) return Append(at->second, request, reply);
  if (request.method == "HEAD") {
    return Answer(reply, 200, "", at->second.content.size());
  }
  Read(at->second, request, reply);
}

void BlobService::Create(const std::string& path, HttpClient::Reply& reply) {
  const bool has_container = std::any_of(
      containers_.begin(), containers_.end(),
      [&](const std::string& each) { return path.starts_with(each + '/'); });
  if (!has_container) return Answer(reply, 404, "ContainerNotFound");
  const bool is_new = blobs_.emplace(path, Blob{}).second;
  Answer(reply, is_new ? 201 : 409, is_new ? "" : "BlobAlreadyExists");
}

void BlobService::Append(Blob& blob, const Request& request,
                         HttpClient::Reply& reply) {
  if (blob.blocks == most_blocks_) {
    return Answer(reply, 409, "BlockCountExceedsLimit");
  }
  const std::string position =
      HeaderOf(request, "x-ms-blob-condition-appendpos: ");
  if (position != std::to_string(blob.content.size())) {
    return Answer(reply, 412, "AppendPositionConditionNotMet");
  }
  blob.content += request.body;
  ++blob.blocks;
  Answer(reply, 201);
}

void BlobService::Read(const Blob& blob, const Request& request,
                       HttpClient::Reply& reply) {
  const std::string range = HeaderOf(request, "x-ms-range: bytes=");
  const std::size_t dash = range.find('-');
  const std::size_t begin = std::strtoull(range.c_str(), nullptr, 10);
  const std::size_t end =
      std::strtoull(range.c_str() + dash + 1, nullptr, 10) + 1;
  if (begin >= blob.content.size()) return Answer(reply, 416, "InvalidRange");
  Answer(reply, 206);
  reply.body = blob.content.substr(begin, end - begin);
  reply.is_cut = reply.body.size() > request.most_answer;
  if (reply.is_cut) reply.body.resize(request.most_answer);
}

void BlobService::Finish() {
  stored_.inputs.clear();
  for (const auto& [path, blob] : blobs_) {
    stored_.inputs.push_back(blob.content);
    std::string_view rest = blob.content;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      ++stored_.counts[std::string(rest.substr(0, end))];
      rest.remove_prefix(end + 1);
    }
  }
}

}  // namespace busyhour::internal
