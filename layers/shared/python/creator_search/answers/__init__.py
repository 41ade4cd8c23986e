"""What answers consist of, without the web framework: http uses it for every request, and stored/ for those that it
answers without the framework.
"""
