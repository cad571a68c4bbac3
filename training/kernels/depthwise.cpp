// Gradients of a depthwise convolution for channels-last tensors, float32 or bfloat16, summed in float32.
//
// 16 channels are worked on at once, each in a lane of a vector. A photo's channels are first copied into a frame of zeros as
// wide as the padding, so that no tap has to ask whether it is inside.

#include <ATen/Parallel.h>
#include <torch/extension.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <tuple>
#include <vector>

namespace {

constexpr int64_t kLanes = 16;
typedef float floats __attribute__((vector_size(64)));
typedef uint32_t words __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));

struct Shape {
  int64_t images, channels, height, width, out_height, out_width, stride, padding;
};

floats load(const float* source) {
  floats value;
  std::memcpy(&value, source, sizeof value);
  return value;
}

floats load(const at::BFloat16* source) {
  halves value;
  std::memcpy(&value, source, sizeof value);
  const words bits = __builtin_convertvector(value, words) << 16;
  floats result;
  std::memcpy(&result, &bits, sizeof bits);
  return result;
}

void store(float* target, floats value) { std::memcpy(target, &value, sizeof value); }

// To the nearest, ties to even, as PyTorch rounds.
void store(at::BFloat16* target, floats value) {
  words bits;
  std::memcpy(&bits, &value, sizeof value);
  bits += 0x7fff + ((bits >> 16) & 1);
  const halves rounded = __builtin_convertvector(bits >> 16, halves);
  std::memcpy(target, &rounded, sizeof rounded);
}

// sums[ky, kx] += errors of every output cell times the input under that tap.
template <int K>
void add_weight_gradient(const floats* photo, int64_t columns, const floats* errors, const Shape& shape, floats* sums) {
  for (int ky = 0; ky < K; ky++) {
    floats row_sums[K];
    std::copy_n(sums + ky * K, K, row_sums);
    for (int64_t y = 0; y < shape.out_height; y++) {
      const floats* source = photo + (y * shape.stride + ky) * columns;
      const floats* error = errors + y * shape.out_width;
      for (int64_t x = 0; x < shape.out_width; x++)
        for (int kx = 0; kx < K; kx++) row_sums[kx] += error[x] * source[x * shape.stride + kx];
    }
    std::copy_n(row_sums, K, sums + ky * K);
  }
}

// Give every output cell's error back to the inputs that it was made of.
template <int K>
void spread_errors(const floats* taps, int64_t columns, const floats* errors, const Shape& shape, floats* spread) {
  for (int64_t y = 0; y < shape.out_height; y++)
    for (int ky = 0; ky < K; ky++) {
      floats* target = spread + (y * shape.stride + ky) * columns;
      const floats* error = errors + y * shape.out_width;
      for (int64_t x = 0; x < shape.out_width; x++)
        for (int kx = 0; kx < K; kx++) target[x * shape.stride + kx] += error[x] * taps[ky * K + kx];
    }
}

// input_gradient may be null: it is then not asked for.
template <int K, typename T>
void run(const T* input, const T* error, const float* weight, T* input_gradient, float* weight_gradient, const Shape& shape) {
  const int64_t channels = shape.channels, cells = shape.height * shape.width, out_cells = shape.out_height * shape.out_width;
  const int64_t rows = std::max((shape.out_height - 1) * shape.stride + K, shape.height + shape.padding);
  const int64_t columns = std::max((shape.out_width - 1) * shape.stride + K, shape.width + shape.padding);
  const auto framed = [&](int64_t y, int64_t x) { return (y + shape.padding) * columns + x + shape.padding; };
  std::vector<floats> taps(channels / kLanes * K * K);
  for (int64_t channel = 0; channel < channels; channel++)
    for (int tap = 0; tap < K * K; tap++)
      taps[channel / kLanes * K * K + tap][channel % kLanes] = weight[channel * K * K + tap];
  std::fill_n(weight_gradient, channels * K * K, 0.0f);
  std::mutex adding;
  at::parallel_for(0, shape.images, 1, [&](int64_t begin, int64_t end) {
    std::vector<floats> photo(rows * columns), spread(rows * columns), errors(out_cells), sums(taps.size());
    for (int64_t image = begin; image < end; image++)
      for (int64_t first = 0; first < channels; first += kLanes) {
        const int64_t block = first / kLanes * K * K;
        const T* from = input + image * cells * channels + first;
        for (int64_t y = 0; y < shape.height; y++)
          for (int64_t x = 0; x < shape.width; x++) photo[framed(y, x)] = load(from + (y * shape.width + x) * channels);
        const T* from_error = error + image * out_cells * channels + first;
        for (int64_t cell = 0; cell < out_cells; cell++) errors[cell] = load(from_error + cell * channels);
        add_weight_gradient<K>(photo.data(), columns, errors.data(), shape, &sums[block]);
        if (input_gradient == nullptr) continue;
        std::fill(spread.begin(), spread.end(), floats{});
        spread_errors<K>(&taps[block], columns, errors.data(), shape, spread.data());
        T* to = input_gradient + image * cells * channels + first;
        for (int64_t y = 0; y < shape.height; y++)
          for (int64_t x = 0; x < shape.width; x++) store(to + (y * shape.width + x) * channels, spread[framed(y, x)]);
      }
    const std::lock_guard<std::mutex> lock(adding);
    for (int64_t channel = 0; channel < channels; channel++)
      for (int tap = 0; tap < K * K; tap++)
        weight_gradient[channel * K * K + tap] += sums[channel / kLanes * K * K + tap][channel % kLanes];
  });
}

template <typename T>
void run(const torch::Tensor& input, const torch::Tensor& error, const torch::Tensor& weight, torch::Tensor& input_gradient,
         torch::Tensor& weight_gradient, const Shape& shape) {
  T* to = input_gradient.defined() ? input_gradient.data_ptr<T>() : nullptr;
  const auto run_kernel = weight.size(2) == 3 ? run<3, T> : run<5, T>;
  run_kernel(input.data_ptr<T>(), error.data_ptr<T>(), weight.data_ptr<float>(), to, weight_gradient.data_ptr<float>(), shape);
}

// input (N, C, H, W), error (N, C, H', W'), weight (C, 1, K, K) with C a multiple of 16 and K 3 or 5
// -> gradient of the weight, float32; gradient of the input, undefined unless it is asked for.
std::tuple<torch::Tensor, torch::Tensor> depthwise_backward(const torch::Tensor& input, const torch::Tensor& error,
                                                            const torch::Tensor& weight, int64_t stride, int64_t padding,
                                                            bool with_input) {
  const auto x = input.contiguous(at::MemoryFormat::ChannelsLast);
  const auto e = error.contiguous(at::MemoryFormat::ChannelsLast);
  const auto w = weight.to(torch::kFloat).contiguous();
  const Shape shape{x.size(0), x.size(1), x.size(2), x.size(3), e.size(2), e.size(3), stride, padding};
  TORCH_CHECK(shape.channels % kLanes == 0, "channels must be a multiple of 16, got ", shape.channels);
  TORCH_CHECK(w.size(2) == w.size(3) && (w.size(2) == 3 || w.size(2) == 5), "the kernel must be 3 x 3 or 5 x 5");
  TORCH_CHECK(x.scalar_type() == e.scalar_type(), "input and error must be of one type");
  auto weight_gradient = torch::empty_like(w);
  auto input_gradient = with_input ? torch::empty_like(x) : torch::Tensor();
  if (x.scalar_type() == torch::kBFloat16)
    run<at::BFloat16>(x, e, w, input_gradient, weight_gradient, shape);
  else
    run<float>(x, e, w, input_gradient, weight_gradient, shape);
  return {weight_gradient, input_gradient};
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) { module.def("backward", &depthwise_backward); }
