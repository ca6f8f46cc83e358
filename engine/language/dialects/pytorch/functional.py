"""torch.nn.functional's activations, layers and pools as calls of our ops (see signatures.py)."""

FUNCTIONAL = """
def leaky_relu(input, negative_slope=0.01, inplace=False): leaky_relu(input, negative_slope)
def relu(input, inplace=False): relu(input)
def relu6(input, inplace=False): relu6(input)
def elu(input, alpha=1.0, inplace=False): elu(input, alpha)
def celu(input, alpha=1.0, inplace=False): celu(input, alpha)
def prelu(input: at_most_2, weight): prelu(input, weight)
def prelu(input: array, weight): prelu(input, reshape(weight, channel_shape(input)))
def selu(input, inplace=False): selu(input)
def silu(input, inplace=False): silu(input)
def mish(input, inplace=False): mish(input)
def hardsigmoid(input, inplace=False): hardsigmoid(input)
def hardswish(input, inplace=False): hardswish(input)
def hardtanh(input, min_val: -1 = -1.0, max_val: 1 = 1.0, inplace=False): hardtanh(input)
def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    where(lt(min_val, input), where(lt(input, max_val), input, max_val), min_val)
def gelu(input, approximate: 'none' = 'none'): gelu(input)
def gelu(input, approximate: 'tanh'): gelu_tanh(input)
def glu(input, dim=-1): glu(input, dim)
def softplus(input, beta: 1 = 1.0, threshold=20.0): softplus(input)
def softplus(input, beta=1.0, threshold=20.0):
    where(gt(beta * input, threshold), input, softplus(beta * input) / beta)
def hardshrink(input, lambd=0.5): hardshrink(input, lambd)
def softshrink(input, lambd=0.5): softshrink(input, lambd)
def threshold(input, threshold, value, inplace=False): threshold(input, threshold, value)
def softmax(input, dim: int, _stacklevel=3, dtype=None): softmax(input, dim)
def softmax(input: at_most_2, dim: None = None): softmax(input)
def log_softmax(input, dim: int, _stacklevel=3, dtype=None): log_softmax(input, dim)
def log_softmax(input: at_most_2, dim: None = None): log_softmax(input)
def softmax(input: cube, dim: None = None): softmax(input, 0)
def log_softmax(input: cube, dim: None = None): log_softmax(input, 0)
def softmax(input: image, dim: None = None): softmax(input, 1)
def log_softmax(input: image, dim: None = None): log_softmax(input, 1)
def softmin(input: at_most_2, dim: None = None): softmin(input, -1)
def softmin(input, dim: int, _stacklevel=3, dtype=None): softmin(input, dim)
def normalize(input, p=2.0, dim=1, eps=1e-12, out=None): normalize(input, p, dim, eps)
def cosine_similarity(x1: array, x2: same_shape(x1), dim=1, eps=1e-08): cosine_similarity(x1, x2, dim, eps)
def cosine_similarity(x1: array, x2: array, dim=1, eps=1e-08):
    cosine_similarity(broadcast_to(x1, common(x1, x2)), broadcast_to(x2, common(x1, x2)), dim, eps)
def pairwise_distance(x1, x2, p=2.0, eps=1e-06, keepdim=False): distance(x1 - x2 + eps, p, keepdim)
def linear(input, weight): linear(input, weight)
def linear(input, weight, bias: None): linear(input, weight)
def linear(input, weight, bias): linear(input, weight, bias)
def bilinear(input1: matrix, input2: matrix, weight: cube, bias=None):
    plus(einsum('bi,kij,bj->bk', input1, weight, input2), bias)
def layer_norm(input: array, normalized_shape: last_size(input), weight=None, bias=None, eps=1e-05):
    scaled(layer_norm(input, eps), weight, bias)
def layer_norm(input: array, normalized_shape, weight=None, bias=None, eps=1e-05):
    scaled(normal(input, last_axes(input, normalized_shape), eps), weight, bias)
def rms_norm(input: array, normalized_shape: last_size(input), weight=None, eps: None = None):
    times(rms_norm(input, 2.220446049250313e-16), weight)
def rms_norm(input: array, normalized_shape: last_size(input), weight=None, eps=None):
    times(rms_norm(input, eps), weight)
def rms_norm(input: array, normalized_shape, weight=None, eps: None = None):
    times(input / sqrt(mean(input ** 2, last_axes(input, normalized_shape), True) + 2.220446049250313e-16), weight)
def rms_norm(input: array, normalized_shape, weight=None, eps=None):
    times(input / sqrt(mean(input ** 2, last_axes(input, normalized_shape), True) + eps), weight)
def local_response_norm(input: at_least_3, size: int, alpha=0.0001, beta=0.75, k=1.0):
    input / (k + alpha * over_channels(pad(input ** 2, channel_widths(input, size)), size)) ** beta
def batch_norm(input: at_least_2, running_mean: None, running_var: None, weight=None, bias=None, training: True = False,
        momentum=0.1, eps=1e-05):
    a_channel(normal(input, other_axes(input), eps), weight, bias)
def batch_norm(input: at_least_2, running_mean, running_var, weight=None, bias=None, training: False = False,
        momentum=0.1, eps=1e-05):
    a_channel(normal_by(input, running_mean, running_var, eps), weight, bias)
def instance_norm(input: at_least_3, running_mean: None = None, running_var: None = None, weight=None, bias=None,
        use_input_stats: True = True, momentum=0.1, eps=1e-05):
    a_channel(normal(input, inner_axes(input), eps), weight, bias)
def group_norm(input: at_least_2, num_groups, weight=None, bias=None, eps=1e-05):
    a_channel(reshape(normal(reshape(input, grouped(input, num_groups)), -1, eps), input.shape), weight, bias)
def one_hot(tensor, num_classes: int): one_hot(tensor, num_classes)
def one_hot(tensor: places, num_classes: -1 = -1): one_hot(tensor, most(tensor))
def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    embedding(input, weight)
def embedding(input, weight: matrix, padding_idx: int, max_norm=None, norm_type=2.0, scale_grad_by_freq=False,
        sparse=False):
    found = embedding(input, weight)
    where(expand_dims(eq(input, row_place(weight, padding_idx)), -1), stop_gradient(found), found)
def dropout(input, p=0.5, training=True, inplace=False): dropout(input, p, train=training)
def conv1d(input: cube, weight: cube, bias: None = None, stride=1, padding=0, dilation=1, groups=1):
    convolution(input, weight, row(stride), padding, dilation, groups)
def conv1d(input: cube, weight: cube, bias: vector, stride=1, padding=0, dilation=1, groups=1):
    convolution(input, weight, row(stride), padding, dilation, groups) + reshape(bias, (-1, 1))
def conv1d(input: matrix, weight: cube, bias=None, stride=1, padding=0, dilation=1, groups=1):
    found = convolution(expand_dims(input, 0), weight, row(stride), padding, dilation, groups)
    squeeze(a_channel(found, None, bias), 0)
def conv2d(input: cube, weight: image, bias=None, stride=1, padding=0, dilation=1, groups=1):
    squeeze(a_channel(convolution(expand_dims(input, 0), weight, stride, padding, dilation, groups), None, bias), 0)
def conv2d(input: image, weight: image, bias: None = None, stride=1, padding=0, dilation=1, groups=1):
    convolution(input, weight, stride, padding, dilation, groups)
def conv2d(input: image, weight: image, bias: vector, stride=1, padding=0, dilation=1, groups=1):
    convolution(input, weight, stride, padding, dilation, groups) + reshape(bias, (-1, 1, 1))
def conv_transpose1d(input: cube, weight: cube, bias=None, stride=1, padding=0, output_padding=0, groups=1,
        dilation=1):
    a_channel(transposed(input, weight, stride, padding, output_padding, groups, dilation), None, bias)
def conv_transpose2d(input: image, weight: image, bias=None, stride=1, padding=0, output_padding=0, groups=1,
        dilation=1):
    a_channel(transposed(input, weight, stride, padding, output_padding, groups, dilation), None, bias)
def max_pool2d(input: image, kernel_size, stride: None = None, padding=0, dilation: 1 = 1, ceil_mode=False,
        return_indices=False):
    pooled(input, kernel_size, kernel_size, padding, ceil_mode)
def max_pool2d(input: image, kernel_size, stride: ints, padding=0, dilation: 1 = 1, ceil_mode=False,
        return_indices=False):
    pooled(input, kernel_size, stride, padding, ceil_mode)
def max_pool2d(input: cube, kernel_size, stride: None = None, padding=0, dilation: 1 = 1, ceil_mode=False,
        return_indices=False):
    squeeze(pooled(expand_dims(input, 0), kernel_size, kernel_size, padding, ceil_mode), 0)
def max_pool2d(input: cube, kernel_size, stride: ints, padding=0, dilation: 1 = 1, ceil_mode=False,
        return_indices=False):
    squeeze(pooled(expand_dims(input, 0), kernel_size, stride, padding, ceil_mode), 0)
def max_pool1d(input: cube, kernel_size, stride: None = None, padding=0, dilation: 1 = 1, ceil_mode=False,
        return_indices=False):
    squeeze(pooled(expand_dims(input, -2), flat(kernel_size), flat(kernel_size), flat_0(padding), ceil_mode), -2)
def max_pool1d(input: cube, kernel_size, stride: ints, padding=0, dilation: 1 = 1, ceil_mode=False,
        return_indices=False):
    squeeze(pooled(expand_dims(input, -2), flat(kernel_size), flat(stride), flat_0(padding), ceil_mode), -2)
def avg_pool2d(input: image, kernel_size, stride: None = None, padding=0, ceil_mode=False, count_include_pad=True,
        divisor_override=None):
    averaged(input, kernel_size, kernel_size, padding, ceil_mode, count_include_pad, divisor_override)
def avg_pool2d(input: image, kernel_size, stride: ints, padding=0, ceil_mode=False, count_include_pad=True,
        divisor_override=None):
    averaged(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
def avg_pool2d(input: cube, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
        divisor_override=None):
    squeeze(averaged(expand_dims(input, 0), kernel_size, steps_of(kernel_size, stride), padding, ceil_mode,
        count_include_pad, divisor_override), 0)
def avg_pool1d(input: cube, kernel_size, stride: None = None, padding=0, ceil_mode=False, count_include_pad=True):
    squeeze(averaged(expand_dims(input, -2), flat(kernel_size), flat(kernel_size), flat_0(padding), ceil_mode,
        count_include_pad, None), -2)
def avg_pool1d(input: cube, kernel_size, stride: ints, padding=0, ceil_mode=False, count_include_pad=True):
    squeeze(averaged(expand_dims(input, -2), flat(kernel_size), flat(stride), flat_0(padding), ceil_mode,
        count_include_pad, None), -2)
def adaptive_avg_pool1d(input: at_least_2, output_size): adapted(input, row(output_size), -1)
def adaptive_avg_pool2d(input: at_least_3, output_size: 1): mean(input, (-2, -1), True)
def adaptive_avg_pool2d(input: at_least_3, output_size: (1, 1)): mean(input, (-2, -1), True)
def adaptive_avg_pool2d(input: at_least_3, output_size): adapted(adapted(input, output_size, -1), output_size, -2)
def adaptive_max_pool1d(input: at_least_2, output_size, return_indices=False): most_of(input, row(output_size), -1)
def adaptive_max_pool2d(input: at_least_3, output_size, return_indices=False):
    most_of(most_of(input, output_size, -1), output_size, -2)
def lp_pool2d(input: image, norm_type, kernel_size, stride=None, ceil_mode=False):
    (avg_pool2d(input ** norm_type, kernel_size, kernel_size) * area(kernel_size)) ** (1 / norm_type)
def lp_pool2d(input: image, norm_type, kernel_size, stride: ints, ceil_mode=False):
    (avg_pool2d(input ** norm_type, kernel_size, stride) * area(kernel_size)) ** (1 / norm_type)
def lp_pool1d(input: cube, norm_type, kernel_size, stride: None = None, ceil_mode=False):
    squeeze((avg_pool2d(expand_dims(input ** norm_type, -2), flat(kernel_size), flat(kernel_size))
        * row(kernel_size)) ** (1 / norm_type), -2)
def unfold(input: image, kernel_size, dilation: 1 = 1, padding=0, stride=1):
    unfold(input, kernel_size, stride, padding)
def fold(input: cube, output_size, kernel_size, dilation: 1 = 1, padding=0, stride=1):
    fold(input, fold_shape(input, output_size, kernel_size), kernel_size, stride, padding)
def pixel_shuffle(input: image, upscale_factor): reshape(
    transpose(reshape(input, split_channels(input, upscale_factor)), (0, 1, 4, 2, 5, 3)),
    joined_pixels(input, upscale_factor))
def pixel_unshuffle(input: image, downscale_factor): reshape(
    transpose(reshape(input, split_pixels(input, downscale_factor)), (0, 1, 3, 5, 2, 4)),
    joined_channels(input, downscale_factor))
def channel_shuffle(input: at_least_3, groups):
    reshape(swapaxes(reshape(input, split_axis(input, 1, channel_groups(input, groups))), 1, 2), input.shape)
def pdist(input: matrix, p=2.0): distance(take(input, earlier(input), 0) - take(input, later(input), 0), p)
def rrelu(input, lower=0.125, upper=0.3333333333333333, training: False = False, inplace=False):
    leaky_relu(input, (lower + upper) / 2)
def interpolate(input: at_least_3, size=None, scale_factor=None, mode='nearest', align_corners=None,
        recompute_scale_factor: None = None, antialias=False):
    resized(input, size, scale_factor, mode, align_corners)
def upsample(input: at_least_3, size=None, scale_factor=None, mode='nearest', align_corners=None):
    resized(input, size, scale_factor, mode, align_corners)
def upsample_nearest(input: image, size=None, scale_factor=None): resized(input, size, scale_factor, 'nearest', None)
def upsample_bilinear(input: image, size=None, scale_factor=None): resized(input, size, scale_factor, 'bilinear', True)
def pad(input: array, pad, mode: 'constant' = 'constant', value: None = None):
    pad(input[cut_of(input, pad)], widths_of(input, pad))
def pad(input: array, pad, mode: 'constant' = 'constant', value=0):
    pad(input[cut_of(input, pad)], widths_of(input, pad), 'constant', value)
def pad(input: at_least_2, pad, mode): mirrored_by(input, pad, mode, sides(pad))
def scaled_dot_product_attention(query, key, value, attn_mask: None = None, dropout_p: 0 = 0.0,
        is_causal: False = False, scale: None = None, enable_gqa=False):
    attention(query, key, value)
def scaled_dot_product_attention(query: at_least_2, key: at_least_2, value, attn_mask: None = None, dropout_p: 0 = 0.0,
        is_causal: True = False, scale=None, enable_gqa=False):
    seen(value, scores(query, key, scale), tril(broadcast_to(1.0, causal(query, key))))
def scaled_dot_product_attention(query, key, value, attn_mask: None = None, dropout_p: 0 = 0.0,
        is_causal: False = False, scale=None, enable_gqa=False):
    matmul(softmax(scores(query, key, scale)), value)
def scaled_dot_product_attention(query, key, value, attn_mask: mask, dropout_p: 0 = 0.0,
        is_causal: False = False, scale=None, enable_gqa=False):
    seen(value, scores(query, key, scale), attn_mask)
def scaled_dot_product_attention(query, key, value, attn_mask, dropout_p: 0 = 0.0,
        is_causal: False = False, scale=None, enable_gqa=False):
    matmul(softmax(scores(query, key, scale) + attn_mask), value)
"""

FUNCTIONAL_NAMES = "softsign tanhshrink logsigmoid=log_sigmoid sigmoid tanh"
